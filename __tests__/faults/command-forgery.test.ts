import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GateRun, runGate } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';
import type { TestRepository } from '../fakes/git-repository.ts';
import { findCommands } from '../fakes/runner-commands.ts';

const scenes = openScenes(afterAll);

/** What a step may print to make the runner do something. */
const COMMANDS = [
  '::add-mask::everything',
  '::set-output name=verdict::pass',
  '::error file=a.ts,line=1::forged',
  '::warning::forged',
  '::notice title=x::forged',
  '::stop-commands::token',
  '::group::forged',
  '   ::error::after spaces',
  'text\r::error::after a carriage return',
  '##[error]forged',
  'in mid-line ##[add-mask]everything and on',
  '####[error]forged',
  '\u001b[31m::error::after a colour\u001b[0m',
  '\u200b::error::after an invisible character',
  '\u00a0::error::after a hard space',
  '\u3000::error::after a wide space',
];
const SPLIT = `##${'\u001b[0m'}[error]joined by what is taken out`;

const PRINT = [...COMMANDS, SPLIT].map((line) => `console.log(${JSON.stringify(line)});`).join('\n');

/** Pushes what follows to the start of a row, whatever the width of the layout. */
const WRAPS = Array.from({ length: 100 }, (_, width) => `${'w'.repeat(width + 1)} ::error::wrapped`).join(
  ' ',
);

let made: TestRepository;
const seen = new Map<string, GateRun>();

beforeAll(async () => {
  made = scenes.repository({
    prints: { run: 'node print.mjs; exit 1', retries: 1 },
    wraps: `: ${WRAPS}; exit 1`,
    commands: `echo '::error::in a command line' '##[error]too' > /dev/null; exit 1`,
    folder: { run: 'true', cwd: '::error::no-such-folder' },
    'diff-budget': { max_files: 1 },
  });
  made.write('print.mjs', PRINT);
  made.commit('print');
  made.write('::error::x', 'a file\n');
  made.write('a/##[error]x', 'another\n');
  made.write('long/\n::error::x', 'a third\n');
  made.commit('::error::in a message');
  const env = {
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    NOTES: 'Goal: ::error::x | Summary: ##[error]y | Risks: none',
  };
  const run = async (name: string, args: readonly string[]) => {
    seen.set(name, await runGate(args, { cwd: made.root, env }));
  };
  await Promise.all([
    run('run', ['run', '--task', 'a']),
    run('run ndjson', ['run', '--task', 'b', '--format', 'ndjson']),
    run('run json', ['run', '--task', 'c', '--format', 'json']),
    run('plan', ['plan']),
    run('plan json', ['plan', '--format', 'json']),
  ]);
  await Promise.all([
    run('status', ['status', '--task', 'a']),
    run('status json', ['status', '--task', 'a', '--format', 'json']),
    run('report', ['report', 'latest', '--task', 'a']),
    run('report json', ['report', 'latest', '--task', 'a', '--format', 'json']),
    run('report markdown', ['report', 'latest', '--task', 'a', '--format', 'markdown']),
    run('verify', ['verify', 'latest', '--task', 'a']),
    run('verify json', ['verify', 'latest', '--task', 'a', '--format', 'json']),
    run('refused', ['run', '::error::x\n::error::y ##[error]z']),
    run('refused json', ['run', '\n::error::x ##[error]z', '--format', 'json']),
    run('unknown flag', ['run', '--x\n::error::y']),
  ]);
}, 30_000);

describe('commands in what a stage prints and in what a change is called', () => {
  test('C01 C05 the oracle finds them in the raw text', () => {
    for (const command of COMMANDS.slice(0, 11))
      expect([command, findCommands(command)]).not.toEqual([command, []]);
    expect(findCommands('    │ ::error::x\nerror: a::b::c\n::unknown::x\n## [error]x')).toEqual([]);
  });

  test('C01 C05 the stages failed and their output is shown', () => {
    const run = seen.get('run');
    expect(run?.exitCode).toBe(1);
    expect(run?.stdout).toContain('forged');
    expect(run?.stdout).toContain('wrapped');
  });

  test('C01 C05 no command reaches stdout or stderr of any verb', () => {
    for (const [name, { stdout, stderr }] of seen) {
      expect([name, findCommands(stdout), findCommands(stderr)]).toEqual([name, [], []]);
    }
    expect(seen.size).toBe(15);
  });

  test('C01 every JSON answer is one document, or one event a line', () => {
    for (const [name, { stdout }] of seen) {
      if (!name.endsWith('json')) continue;
      const lines = stdout.trimEnd().split('\n');
      if (name !== 'run ndjson') expect([name, lines.length]).toEqual([name, 1]);
      for (const line of lines) expect(JSON.parse(line)).toEqual(expect.any(Object));
    }
  });
});
