import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readLog, readTree, runDirectoryOf } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

/** In the form of a private key, of no key at all. */
const BODY = Array.from({ length: 6 }, (_, row) =>
  Buffer.alloc(48, `row ${row} of no key at all `).toString('base64'),
);
const LAST = 'c2hvcnQ=';
const KIND = ['PRIVATE', 'KEY'].join(' ');
const PEM = [`-----BEGIN ${KIND}-----`, ...BODY, LAST, `-----END ${KIND}-----`, ''].join('\n');

describe('S06 a secret of several lines', () => {
  test('S06 whole, line by line, with CRLF and indented: every line is hidden', async () => {
    const files = scenes.folder();
    writeFileSync(path.join(files, 'pem'), PEM);
    const { root, manifest, stdout } = await scenes.play(
      {
        whole: 'printf "%s" "$SIGNING_KEY"; exit 1',
        lines: `while read -r line; do echo "> $line <"; sleep .01; done < ${files}/pem`,
        crlf: `sed 's/$/\\r/' ${files}/pem`,
        indented: `sed 's/^/      /' ${files}/pem; exit 1`,
        json: 'node -p "JSON.stringify({ key: process.env.SIGNING_KEY })"; exit 1',
      },
      { env: { SIGNING_KEY: PEM } },
    );
    const sinks = readTree(runDirectoryOf(root, manifest));
    sinks.set('stdout', Buffer.from(stdout));
    for (const [name, bytes] of sinks) {
      const found = [...BODY, LAST].filter((line) => bytes.includes(line));
      expect([name, found]).toEqual([name, []]);
    }
    for (const id of ['whole', 'lines', 'crlf', 'indented', 'json']) {
      expect(readLog(root, manifest, id).toString()).toContain('***');
    }
    expect(readLog(root, manifest, 'lines').toString().split('\n').length).toBe(PEM.split('\n').length);
  });
});

describe('S07 values too ordinary to hide', () => {
  test('S07 one letter, nothing, spaces: the log stays readable, one warning names them', async () => {
    const { exitCode, root, manifest, stdout } = await scenes.play(
      { talk: 'echo a plain sentence about a cat' },
      { env: { A_TOKEN: 'a', EMPTY_SECRET: '', BLANK_PASSWORD: '    ', SWITCH_TOKEN: 'true' } },
    );
    expect(exitCode).toBe(0);
    expect(readLog(root, manifest, 'talk').toString()).toBe('a plain sentence about a cat\n');
    const about = manifest.warnings.filter((line) => line.includes('A_TOKEN'));
    expect(about).toHaveLength(1);
    expect(about[0]).toMatch(/A_TOKEN, BLANK_PASSWORD, EMPTY_SECRET, SWITCH_TOKEN/);
    expect(stdout).not.toContain('***');
  });

  test('S07 a short entry of redact: one warning, nothing blacked out', async () => {
    const { root, manifest } = await scenes.play(
      { talk: 'echo a plain sentence' },
      { settings: 'redact: ["a", "in"]\n' },
    );
    expect(readLog(root, manifest, 'talk').toString()).toBe('a plain sentence\n');
    expect(manifest.warnings.filter((line) => /2 entries of redact/.test(line))).toHaveLength(1);
  });
});
