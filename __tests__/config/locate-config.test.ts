import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GateConfig } from '../../src/config/gate-config.ts';
import {
  CONFIG_FILES,
  type ConfigReader,
  createDiskReader,
  loadConfig,
} from '../../src/config/locate-config.ts';
import { describeFailure } from '../../src/kernel/failure.ts';
import { ok } from '../../src/kernel/result.ts';

let outside = '';
let root = '';
beforeEach(() => {
  outside = mkdtempSync(path.join(tmpdir(), 'gate-locate-'));
  root = path.join(outside, 'repo');
  mkdirSync(root);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function write(name: string, content: string | Buffer = 'version: 1\n'): void {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

async function load(
  options: { folders?: string[]; file?: string | null } = {},
): Promise<GateConfig | string> {
  const { folders = [''], file = null } = options;
  const loaded = await loadConfig({ reader: createDiskReader(root), folders, file });
  return loaded.ok ? loaded.value : describeFailure(loaded.error);
}

describe('which file counts', () => {
  test.each(CONFIG_FILES)('%s at the root', async (name) => {
    write(name, name.endsWith('.json') ? '{"version": 1, "task": "t"}' : 'version: 1\ntask: t\n');
    expect(await load()).toMatchObject({ file: name, task: 't' });
  });

  test('none: the defaults', async () => {
    expect(await load({ folders: ['sub', ''] })).toMatchObject({ file: null, digest: null });
  });

  test('that of the working directory before that of the root', async () => {
    write('gate.yml');
    expect(await load({ folders: ['sub', ''] })).toMatchObject({ file: 'gate.yml' });
    write('sub/.github/gate.yml');
    expect(await load({ folders: ['sub', ''] })).toMatchObject({ file: 'sub/.github/gate.yml' });
  });

  test('two in one folder are refused, both named', async () => {
    write('gate.yml');
    write('.github/gate.yml');
    expect(await load()).toMatch(/^gate\.yml: \.github\/gate\.yml is a configuration, too – keep one/);
  });

  test('a named file, inside the repository and outside', async () => {
    write('ci/other.yml');
    write('gate.yml', 'not even: [yaml');
    expect(await load({ file: path.join(root, 'ci/other.yml') })).toMatchObject({ file: 'ci/other.yml' });
    const foreign = path.join(outside, 'foreign.yml');
    writeFileSync(foreign, 'version: 1\n');
    expect(await load({ file: foreign })).toMatchObject({ file: foreign });
  });

  test('a named file that is not there', async () => {
    write('gate.yml');
    expect(await load({ file: path.join(root, 'absent.yml') })).toMatch(
      /^--config: there is no file absent\.yml/,
    );
    expect(await load({ file: path.join(outside, 'absent.yml') })).toMatch(
      /^--config: there is no file .*absent\.yml/,
    );
  });

  test('a reader of something else than the disk', async () => {
    const files = new Map([['pkg/gate.yml', 'version: 1\ntask: t\n']]);
    const reader: ConfigReader = {
      read: async (name) => ok(files.has(name) ? Buffer.from(files.get(name) ?? '') : null),
      relative: () => null,
    };
    expect(await loadConfig({ reader, folders: ['pkg', ''], file: null })).toMatchObject({
      value: { file: 'pkg/gate.yml', task: 't' },
    });
  });
});

describe('what is not read', () => {
  test('a folder, a FIFO, a device: one line and no waiting', async () => {
    mkdirSync(path.join(root, 'gate.yml'));
    expect(await load()).toMatch(/^gate\.yml: cannot read the configuration: .*not a regular file/);
    rmSync(path.join(root, 'gate.yml'), { recursive: true });
    execFileSync('mkfifo', [path.join(root, 'gate.yml')]);
    expect(await load()).toMatch(/^gate\.yml: cannot read the configuration: /);
    expect(await load({ file: '/dev/zero' })).toMatch(/^\/dev\/zero: cannot read/);
  });

  test('a link that leads out, also by a folder; one that stays inside is followed', async () => {
    writeFileSync(path.join(outside, 'secret.yml'), 'version: 1\n');
    symlinkSync('../secret.yml', path.join(root, 'gate.yml'));
    expect(await load()).toMatch(/^gate\.yml: is a symbolic link that leads out/);
    expect(await load({ file: path.join(root, 'gate.yml') })).toMatch(/leads out/);
    rmSync(path.join(root, 'gate.yml'));
    write('real/gate.yml');
    symlinkSync('real', path.join(root, '.github'));
    expect(await load()).toMatchObject({ file: '.github/gate.yml' });
    rmSync(path.join(root, '.github'));
    mkdirSync(path.join(outside, 'hub'));
    writeFileSync(path.join(outside, 'hub', 'gate.yml'), 'version: 1\n');
    symlinkSync('../hub', path.join(root, '.github'));
    expect(await load()).toMatch(/leads out/);
  });

  test('a link in a circle, and a dangling one', async () => {
    symlinkSync('gate.yml', path.join(root, 'gate.yml'));
    expect(await load()).toMatch(/^gate\.yml: cannot read the configuration: .*ELOOP/);
    rmSync(path.join(root, 'gate.yml'));
    symlinkSync('absent', path.join(root, 'gate.yml'));
    expect(await load()).toMatchObject({ file: null });
  });

  test('more than 256 KiB', async () => {
    write('gate.yml', Buffer.alloc(400_000, '# filler\n'));
    const bytes = await createDiskReader(root).read('gate.yml');
    expect(bytes.ok ? bytes.value?.length : null).toBe(262_145);
    expect(await load()).toMatch(/^gate\.yml: .*256 KiB/);
  });

  test('a name that tries to speak to the terminal is shown as text', async () => {
    expect(await load({ file: path.join(root, 'a\u001b[2Jb.yml') })).toContain('\\x1b');
  });
});
