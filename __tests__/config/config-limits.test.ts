import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const MAX_RSS_BYTES = 256 * 1_048_576;

/** A limit for processor time, which other work on the machine does not stretch. */
const MAX_CPU_MS = 2_000;

const LOCATE = path.resolve(import.meta.dirname, '../../src/config/locate-config.ts');

const CHILD = `
import { pathToFileURL } from 'node:url';
const [locate, root] = process.argv.slice(1);
const { createDiskReader, loadConfig } = await import(pathToFileURL(locate).href);
const loaded = await loadConfig({ reader: createDiskReader(root), folders: [''], file: null });
const { user, system } = process.cpuUsage();
const maxRssBytes = process.resourceUsage().maxRSS * 1_024;
const message = loaded.ok ? 'taken' : loaded.error.message;
process.stdout.write(JSON.stringify({ message, cpuMs: (user + system) / 1_000, maxRssBytes }));
`;

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'gate-limits-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Loading {
  readonly message: string;
  readonly cpuMs: number;
  readonly maxRssBytes: number;
}

/** Loads a configuration in a process of its own. */
function load(content: string): Loading {
  writeFileSync(path.join(root, 'gate.yml'), content);
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', CHILD, LOCATE, root], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
}

/** Each list repeats the one before nine times. */
const aliasLines = Array.from(
  { length: 12 },
  (_, at) => `b${at}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(',')}]\n`,
);

/** As many entries as a file of 256 KiB holds, or as many as are asked for. */
function fill(entry: (at: number) => string, limit = Number.POSITIVE_INFINITY): string {
  let text = '';
  for (let at = 0; at < limit && text.length < 250_000; at += 1) text += entry(at);
  return text;
}

describe('a hostile configuration is refused in bounded time and memory (K07)', () => {
  test.each<readonly [string, string, RegExp]>([
    ['10 MiB', `version: 1\n${'# filler\n'.repeat(1_165_085)}`, /larger than 256 KiB/],
    ['20,000 levels of lists', `version: 1\nx: ${'['.repeat(20_000)}`, /more than 32 deep/],
    ['20,000 levels of mappings', `version: 1\nx: ${'{a: '.repeat(20_000)}`, /more than 32 deep/],
    [
      'an alias bomb',
      `version: 1\na: &a0 [x,x,x,x,x,x,x,x,x]\n${aliasLines.join('')}`,
      /more than 20000 values/,
    ],
    ['thousands of unknown keys', `version: 1\n${fill((at) => `k${at}: 1\n`, 19_000)}`, /and 18999 more/],
    [
      'thousands of wrong names',
      `version: 1\nstages:\n  a:\n    run: x\n    env:\n${fill((at) => `      a-${at}: ${at}\n`, 19_000)}`,
      /name for a variable/,
    ],
    [
      'long globs full of stars',
      `version: 1\nstages:\n  docs:\n    paths:\n${fill((at) => `      - "${'*a'.repeat(250)}${at}"\n`)}`,
      /all braces written out/,
    ],
  ])('%s', (_name, content, message) => {
    const loading = load(content);
    expect(loading.message).toMatch(message);
    expect(loading.cpuMs).toBeLessThan(MAX_CPU_MS);
    expect(loading.maxRssBytes).toBeLessThanOrEqual(MAX_RSS_BYTES);
  });
});
