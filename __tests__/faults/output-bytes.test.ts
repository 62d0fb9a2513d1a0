import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import {
  type GateRun,
  latestManifest,
  readLog,
  readTree,
  runDirectoryOf,
  runGate,
} from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterAll);

/** Clears the screen, sets the title, hides a link, is no UTF-8, has a NUL; and fails, so that its end is shown. */
const HOSTILE = String.raw`printf '\033[2J\033[31mred\033[0m \033]0;title\007 \033]8;;http://evil.example\033\\link\033]8;;\033\\ \377\376 \000 \302\233 end\n'; exit 1`;

const SPLIT = `node -e "const b = Buffer.from('é'); process.stdout.write(b.subarray(0, 1)); setTimeout(() => process.stdout.write(b.subarray(1)), 50)"`;

let pretty: GateRun;
let events: GateRun;
let document: GateRun;
let manifest: RunManifest;
let root: string;

beforeAll(async () => {
  const made = scenes.repository({
    unended: 'printf a',
    next: 'printf b',
    hostile: HOSTILE,
    split: SPLIT,
    closed: 'exec >&- 2>&-; sleep 1.5; exit 1',
    silent: 'true',
  });
  root = made.root;
  [pretty, events, document] = await Promise.all([
    runGate(['run', '--task', 'pretty'], { cwd: root }),
    runGate(['run', '--task', 'events', '--format', 'ndjson'], { cwd: root }),
    runGate(['run', '--task', 'document', '--format', 'json'], { cwd: root }),
  ]);
  manifest = latestManifest(root);
}, 30_000);

function parseLines(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe('bytes that nobody expects', () => {
  test('O03 output without a final line break does not run into the next stage’s', () => {
    expect(readLog(root, manifest, 'unended').toString()).toBe('a');
    expect(readLog(root, manifest, 'next').toString()).toBe('b');
    expect(readLog(root, manifest, 'silent').length).toBe(0);
  });

  test('O04 invalid UTF-8, NUL and escapes stay in the log as they were', () => {
    const log = readLog(root, manifest, 'hostile');
    expect(log.includes(Buffer.from([0xff, 0xfe, 0x20, 0x00]))).toBe(true);
    expect(log.includes('\u001b[2J')).toBe(true);
  });

  test('O04 nothing of them reaches a terminal, a report or JSON raw', async () => {
    const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
    expect(pretty.stdout).toContain('link');
    expect(pretty.stdout).not.toMatch(raw);
    for (const event of parseLines(events.stdout)) expect(event).toMatchObject({ type: expect.any(String) });
    expect(parseLines(document.stdout)).toHaveLength(1);
    expect(events.stdout + document.stdout + document.stderr).not.toMatch(raw);

    const runDir = runDirectoryOf(root, manifest);
    for (const [name, bytes] of readTree(runDir)) {
      if (!name.startsWith('logs')) expect([name, raw.test(bytes.toString('utf8'))]).toEqual([name, false]);
    }
    for (const format of ['pretty', 'markdown', 'json']) {
      const report = await runGate(['report', runDir, '--format', format], { cwd: root });
      expect(report.exitCode).toBe(0);
      expect(report.stdout).toContain('end');
      expect(report.stdout).not.toMatch(raw);
      if (format === 'json') expect(parseLines(report.stdout)).toHaveLength(1);
    }
    const verified = await runGate(['verify', runDir], { cwd: path.dirname(root) });
    expect(verified.exitCode).toBe(0);
  });

  test('O05 a character split over two writes arrives whole', () => {
    expect(readLog(root, manifest, 'split').toString()).toBe('é');
  });

  test('O06 a stage that closes its output and lives on is waited for', () => {
    const closed = manifest.stages.find(({ id }) => id === 'closed');
    expect(closed).toMatchObject({ status: 'failed', reason: 'exit_nonzero', exit_code: 1, strays: 0 });
    expect(closed?.duration_ms).toBeGreaterThanOrEqual(1_500);
    expect([pretty, events, document].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
  });
});
