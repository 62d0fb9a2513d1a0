import { afterAll, describe, expect, test } from '@jest/globals';
import { openProcessScene } from '../fakes/process-scenes.ts';

const scene = openProcessScene();
afterAll(() => scene.dispose());

const MIB = 1_048_576;

/** Runs a command and keeps only numbers of what it printed. */
async function count(commandLine: string) {
  let bytes = 0;
  let largest = 0;
  let last = Buffer.alloc(0);
  const exit = await scene.run(commandLine, {
    onOutput: (chunk) => {
      bytes += chunk.length;
      largest = Math.max(largest, chunk.length);
      last = Buffer.from(chunk.subarray(-4));
    },
  });
  return { exit, bytes, largest, last: last.toString('latin1') };
}

describe('output', () => {
  test('of both streams comes in the order written', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `echo o${index}; echo e${index} >&2`).join('; ');
    const expected = Array.from({ length: 50 }, (_, index) => `o${index}\ne${index}\n`).join('');
    expect((await scene.run(lines)).output).toBe(expected);
  });

  test('can be written by name, as scripts do', async () => {
    const { output, exitCode } = await scene.run(
      'echo a > /dev/stderr && echo b > /dev/stdout && echo c | tee /dev/stderr',
    );
    expect(exitCode).toBe(0);
    expect(output).toBe('a\nb\nc\nc\n');
  });

  test('of 64 MiB arrives whole, in pieces of bounded size (O01)', async () => {
    const { exit, bytes, largest } = await count(`yes 0123456789abcde | head -c ${64 * MIB}`);
    expect(exit).toMatchObject({ outcome: 'exited', exitCode: 0, outputBytes: 64 * MIB });
    expect(bytes).toBe(64 * MIB);
    expect(largest).toBeLessThanOrEqual(65_536);
  });

  test('of 64 MiB in one line does as well (O02)', async () => {
    const { exit, bytes, last } = await count(`head -c ${64 * MIB} /dev/zero | tr '\\0' x; printf end`);
    expect(exit).toMatchObject({ outcome: 'exited', exitCode: 0, outputBytes: 64 * MIB + 3 });
    expect(bytes).toBe(64 * MIB + 3);
    expect(last.endsWith('end')).toBe(true);
  });

  test('keeps every byte: no final newline, NUL, no UTF-8, a character in two writes (O03, O05)', async () => {
    const chunks: Buffer[] = [];
    await scene.run("printf 'a\\000\\377\\303'; sleep 0.05; printf '\\251\\033[2Jz'", {
      onOutput: (chunk) => chunks.push(Buffer.from(chunk)),
    });
    expect(Buffer.concat(chunks)).toEqual(Buffer.from('a\0\xff\xc3\xa9\x1b[2Jz', 'latin1'));
  });

  test('that is closed early does not end the wait for the command (O06)', async () => {
    const exit = await scene.run('exec >&- 2>&-; sleep 0.3; exit 1');
    expect(exit).toMatchObject({ outcome: 'exited', exitCode: 1, outputBytes: 0 });
    expect(exit.durationMs).toBeGreaterThanOrEqual(290);
  });

  test('written by the last process of a pipeline after the main one is still received', async () => {
    const { output, strays } = await scene.run('(sleep 0.2; echo late) & echo early');
    expect(output).toBe('early\nlate\n');
    expect(strays).toBe(0);
  });
});
