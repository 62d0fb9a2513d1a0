import { describe, expect, test } from '@jest/globals';
import { AttemptLog } from '../../src/run/attempt-log.ts';
import { createMemorySink } from '../fakes/memory-sink.ts';

function open() {
  const sink = createMemorySink('logs/01-test.log');
  const log = new AttemptLog(sink);
  const write = (text: string) => log.write(Buffer.from(text));
  return { sink, log, write };
}

describe('the log of a stage with attempts', () => {
  test('adds nothing to a single attempt', () => {
    const { sink, log, write } = open();
    log.beginAttempt();
    write('a');
    write('');
    expect([sink.text, log.tail(), log.outputBytes]).toEqual(['a', 'a', 1]);
  });

  test('gives the end of the present attempt alone', () => {
    const { sink, log, write } = open();
    log.beginAttempt();
    write('4 passed\n');
    log.beginAttempt();
    expect(log.tail()).toBe('');
    write('5 passed');
    expect(log.tail()).toBe('5 passed');
    log.beginAttempt();
    write('6 passed\n');
    expect(log.tail()).toBe('6 passed\n');
    expect(sink.text).toBe('4 passed\n--- attempt 2 ---\n5 passed\n--- attempt 3 ---\n6 passed\n');
    expect(log.outputBytes).toBe(26);
  });

  test('knows that everything is of this attempt when its beginning is out of sight', () => {
    const { log, write } = open();
    log.beginAttempt();
    write('4 passed\n');
    log.beginAttempt();
    write('x'.repeat(70_000));
    expect(log.tail()).toBe('x'.repeat(65_536));
  });

  test('does not keep the memory of a chunk', () => {
    const { sink, log } = open();
    const chunk = Buffer.from('first');
    log.beginAttempt();
    log.write(chunk);
    chunk.fill(0x23);
    expect(sink.text).toBe('first');
  });
});
