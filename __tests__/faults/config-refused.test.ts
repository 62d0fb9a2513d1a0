import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { latestManifest, readLog, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import type { TestRepository } from '../fakes/git-repository.ts';
import { testWith } from '../fakes/required-tool.ts';

const scenes = openScenes(afterAll);

const MAX_RSS_BYTES = 256 * 1_048_576;

/** Seconds of processor time after which the system ends a process: what K07 and K09 may take. */
const CPU_LIMIT = ['prlimit', '--cpu=2', '--'];

/** A stage that would show that something was run. */
const CANARY = `default_pipeline: own\npipelines:\n  own: [{ id: canary, run: touch ran }]\n`;

interface Refusal {
  readonly line: string;
  readonly peakBytes: number;
}

/** Tells how much memory a process took at most, in KiB. */
const PEAK = `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));`;

/** The repository of everything that is refused: nothing is left in it. */
let refusing: TestRepository;
let peakFile = '';
let preload = '';

beforeAll(() => {
  refusing = scenes.repository({ canary: 'touch ran' });
  refusing.remove('gate.yml');
  const folder = scenes.folder();
  peakFile = path.join(folder, 'peak');
  preload = path.join(folder, 'peak.cjs');
  writeFileSync(preload, PEAK);
});

/** Runs the gate over a configuration that must be refused before anything runs. */
async function refuse(
  content: string | Buffer,
  more: { readonly file?: string; readonly through?: readonly string[] } = {},
): Promise<Refusal> {
  const { root } = refusing;
  const file = more.file ?? 'gate.yml';
  refusing.write(file, content);
  const { exitCode, stdout, stderr } = await runGate(['run'], {
    cwd: root,
    env: { NODE_OPTIONS: `--require=${preload}`, PEAK_FILE: peakFile },
    through: more.through ?? [],
  });
  refusing.remove(file);
  expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^gate: /)]);
  expect(existsSync(path.join(root, 'ran'))).toBe(false);
  expect(existsSync(path.join(root, '.runs'))).toBe(false);
  return { line: onlyLine(stderr), peakBytes: Number(readFileSync(peakFile, 'utf8')) * 1_024 };
}

function stage(id: string, settings: string): string {
  return `version: 1\nstages:\n  ${id}: { ${settings} }\n${CANARY}`;
}

describe('K04 keys that are not known', () => {
  test.each([
    ['maxLine', /^gate: gate\.yml:3: stages\.diff-budget\.maxLine .*did you mean "max_lines"/],
    ['max_line', /max_line is not a known key .*did you mean "max_lines"/],
    ['MAX_LINES', /MAX_LINES is not a known key .*did you mean "max_lines"/],
  ])('K04 %s: exit 2, naming it and the nearest one', async (key, pattern) => {
    expect((await refuse(stage('diff-budget', `${key}: 5`))).line).toMatch(pattern);
  });
});

describe('K06 values that are no limit', () => {
  test.each(['1e999', '-1', '"10"', "''", '.inf', '1.5', 'many', '[]', ''])(
    'K06 max_lines: %s is refused, not replaced',
    async (value) => {
      const { line } = await refuse(stage('diff-budget', `max_lines: ${value}`));
      expect(line).toMatch(/^gate: gate\.yml:3: stages\.diff-budget\.max_lines must be /);
    },
  );

  test('K06 an empty variable or one of blanks is unset, not 0', async () => {
    const made = scenes.repository({ 'diff-budget': {} });
    made.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [diff-budget]\n');
    made.write('a.txt', 'a\n'.repeat(700));
    const env = {
      DIFF_BUDGET_MAX_LINES: '',
      DIFF_BUDGET_MAX_FILES: ' ',
      BASE_SHA: '',
      DIFF_BUDGET_OVERRIDE_REASON: '',
    };
    expect((await runGate(['run'], { cwd: made.root, env })).exitCode).toBe(0);
    made.write('a.txt', 'a\n'.repeat(900));
    const { exitCode, stdout } = await runGate(['run'], { cwd: made.root, env });
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/ lines of 800/)]);
    made.write('a.txt', '');
    expect(
      (await runGate(['run'], { cwd: made.root, env: { ...env, DIFF_BUDGET_MAX_FILES: '0' } })).exitCode,
    ).toBe(1);
  });
});

/** Each list repeats the one before nine times. */
const BOMB = Array.from(
  { length: 12 },
  (_, at) => `b${at}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(',')}]\n`,
).join('');

describe('K07 configurations that would take all time and memory', () => {
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    ['10 MiB', 'gate.yml', `version: 1\n${'# filler\n'.repeat(1_165_085)}`, /256 KiB/],
    ['20,000 levels of YAML lists', 'gate.yml', `version: 1\nx: ${'['.repeat(20_000)}`, /more than 32 deep/],
    [
      '20,000 levels of JSON lists',
      'gate.json',
      `{"version":1,"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      /deep/,
    ],
    [
      '20,000 levels of JSON mappings',
      'gate.json',
      `{"version":1,"x":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_001)}`,
      /deep/,
    ],
    ['an alias bomb', 'gate.yml', `version: 1\na: &a0 [x,x,x,x,x,x,x,x,x]\n${BOMB}`, /values/],
  ];
  for (const [name, file, content, pattern] of cases) {
    testWith(['prlimit'])(`K07 ${name}: exit 2 within 2 s of processor time and 256 MiB`, async () => {
      const { line, peakBytes } = await refuse(content, { file, through: CPU_LIMIT });
      expect(line).toMatch(pattern);
      expect(line.length).toBeLessThan(1_000);
      expect(peakBytes).toBeLessThanOrEqual(MAX_RSS_BYTES);
    });
  }
});

describe('K08 keys that reach into every object', () => {
  test.each<readonly [string, string, string]>([
    ['__proto__', 'gate.yml', `version: 1\n__proto__: { x: true }\n${CANARY}`],
    ['constructor', 'gate.yml', `version: 1\nconstructor: { prototype: { x: true } }\n${CANARY}`],
    ['__proto__', 'gate.yml', stage('__proto__', 'run: touch ran')],
    ['constructor', 'gate.yml', stage('test', 'env: { constructor: x }')],
    ['__proto__', 'gate.json', '{"version": 1, "stages": {"__proto__": {"run": "touch ran"}}}'],
    ['prototype', 'gate.json', '{"version": 1, "prototype": {"x": true}}'],
  ])('K08 %s in %s is refused by name (%j)', async (key, file, content) => {
    expect((await refuse(content, { file })).line).toMatch(new RegExp(`gate\\.(?:yml|json):\\d+: .*${key}`));
  });

  test('K08 a stage that is asked for by such a name does not exist', async () => {
    const made = scenes.repository({ canary: 'touch ran' });
    for (const args of [
      ['run', '__proto__'],
      ['run', 'constructor'],
      ['run', '--stages', '__proto__'],
      ['toString'],
    ]) {
      const { exitCode, stderr } = await runGate(args, { cwd: made.root });
      expect([args, exitCode, onlyLine(stderr)]).toEqual([
        args,
        2,
        expect.stringContaining(args.at(-1) ?? ''),
      ]);
    }
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });
});

describe('K09 patterns that backtrack without end', () => {
  const NAME = `${'a'.repeat(40)}!`;

  testWith(['prlimit'])(
    'K09 (a+)+$ to redact, a file and a line of a×40!: within 2 s of processor time',
    async () => {
      const made = scenes.repository(
        { print: `echo ${NAME}` },
        'redact: ["/(a+)+$/", "/^(a|a)*$/", "/(?=(a+)+$)b/"]\n',
      );
      made.write(NAME, `${NAME}\n`);
      const { exitCode, signal } = await runGate(['run'], { cwd: made.root, through: CPU_LIMIT });
      expect([exitCode, signal]).toEqual([0, null]);
      const manifest = latestManifest(made.root);
      expect(manifest.verdict).toBe('passed');
      expect(readLog(made.root, manifest, 'print').length).toBeGreaterThan(0);
    },
  );

  testWith(['prlimit'])('K09 a glob that looks like one: refused, or matched within 2 s', async () => {
    for (const glob of ['(a+)+$', '*(+(a))', '+(a|a)*', '@(a|*(a))']) {
      const content = `version: 1\ndefault_pipeline: own\npipelines:\n  own: [{ id: canary, run: touch ran, when: [${JSON.stringify(glob)}] }]\n`;
      const made = scenes.repository({ canary: 'touch ran' });
      made.write('gate.yml', content);
      made.write(NAME, 'x\n');
      const { exitCode, signal } = await runGate(['run'], { cwd: made.root, through: CPU_LIMIT });
      expect([glob, signal]).toEqual([glob, null]);
      expect([glob, [0, 2, 3].includes(exitCode ?? -1)]).toEqual([glob, true]);
      expect([glob, existsSync(path.join(made.root, 'ran'))]).toEqual([glob, false]);
    }
  });

  testWith(['prlimit'])('K09 a glob of many stars over that file: within 2 s', async () => {
    const made = scenes.repository({ canary: { run: 'touch ran', when: [`${'*a'.repeat(30)}*b`] } });
    made.write('a'.repeat(200), 'x\n');
    const { exitCode, signal } = await runGate(['run'], { cwd: made.root, through: CPU_LIMIT });
    expect([signal, existsSync(path.join(made.root, 'ran'))]).toEqual([null, false]);
    expect(exitCode).not.toBe(2);
  });
});

describe('K10 commands that are not there, and other encodings', () => {
  test('K10 a stage without package.json or script is never passed: exit 3 and the reason, with --strict exit 1', async () => {
    const made = scenes.repository({ quick: 'true' });
    made.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [build, lint]\n');
    for (const content of [null, '{"scripts":{"lint":""}}']) {
      if (content !== null) made.write('package.json', content);
      const { exitCode, stdout } = await runGate(['run'], { cwd: made.root });
      expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/build[\s\S]*package\.json/)]);
      expect((await runGate(['run', '--strict'], { cwd: made.root })).exitCode).toBe(1);
    }
  });

  test.each([
    ['cut', '{"scripts":', /package\.json/],
    ['UTF-16', Buffer.from('{"scripts":{"build":"touch ran"}}', 'utf16le'), /package\.json/],
  ])('K10 package.json that is %s: exit 2 naming it', async (_name, content, pattern) => {
    const made = scenes.repository({ canary: 'touch ran' });
    made.write(
      'gate.yml',
      'version: 1\ndefault_pipeline: own\npipelines:\n  own: [{ id: canary, run: touch ran }, build]\n',
    );
    made.write('package.json', content);
    const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(pattern)]);
    expect(onlyLine(stderr)).toMatch(pattern);
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });

  test('K10 a byte order mark is read over, in YAML, JSON and package.json', async () => {
    const bodies: readonly (readonly [string, string])[] = [
      ['gate.yml', `version: 1\n${CANARY}`],
      [
        'gate.json',
        '{"version":1,"default_pipeline":"own","pipelines":{"own":[{"id":"canary","run":"touch ran"}]}}',
      ],
    ];
    for (const [file, body] of bodies) {
      const made = scenes.repository({ quick: 'true' });
      made.remove('gate.yml');
      made.write(file, `\ufeff${body}`);
      made.write('package.json', '\ufeff{"scripts":{}}');
      const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
      expect([file, exitCode, stderr]).toEqual([file, 0, '']);
      expect(existsSync(path.join(made.root, 'ran'))).toBe(true);
    }
  });

  test.each<readonly [string, BufferEncoding, string]>([
    ['with its mark', 'utf16le', '\ufeff'],
    ['without', 'utf16le', ''],
  ])('K10 a configuration in UTF-16 %s: exit 2', async (_name, encoding, mark) => {
    const { line } = await refuse(Buffer.from(`${mark}version: 1\n${CANARY}`, encoding));
    expect(line).toMatch(/gate\.yml.*(?:UTF-16|UTF-8|NUL)/);
  });
});

describe('K11 folders to work in', () => {
  test('K11 ../, an absolute path and a link out: exit 2, nothing run', async () => {
    const made = scenes.repository({ canary: 'touch ran' });
    const outside = scenes.folder();
    symlinkSync(outside, path.join(made.root, 'out'));
    mkdirSync(path.join(made.root, 'sub'));
    for (const folder of [
      '../',
      '..',
      'sub/../..',
      outside,
      made.root,
      'out',
      'out/',
      'absent',
      'gate.yml',
    ]) {
      const { exitCode, stderr } = await runGate(['run', '--working-directory', folder], { cwd: made.root });
      expect([folder, exitCode, onlyLine(stderr)]).toEqual([
        folder,
        2,
        expect.stringMatching(/^gate: --working-directory: /),
      ]);
    }
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    expect(existsSync(path.join(outside, 'ran'))).toBe(false);
    expect(existsSync(path.join(made.root, '.runs'))).toBe(false);
  });

  test('K11 a folder with spaces works, and its commands run in it', async () => {
    const made = scenes.repository({ where: 'pwd -P > here' });
    mkdirSync(path.join(made.root, 'a folder  with spaces'));
    const { exitCode } = await runGate(['run', '--working-directory', 'a folder  with spaces'], {
      cwd: made.root,
    });
    expect(exitCode).toBe(0);
    const folder = path.join(made.root, 'a folder  with spaces');
    expect(readFileSync(path.join(folder, 'here'), 'utf8').trimEnd()).toBe(realpathSync(folder));
  });
});
