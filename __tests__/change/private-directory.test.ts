import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makePrivateDirectory, sweepPrivateDirectories } from '../../src/change/private-directory.ts';
import { currentProcessIdentity } from '../../src/host/process-identity.ts';
import { atEnd, makeRepository, measure } from './change-scenes.ts';

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-temporary-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a gate leaves behind when it is killed; `owner` as it would have written it. */
function plantLeftover(folder: string, name: string, owner: unknown): string {
  const directory = path.join(folder, name);
  mkdirSync(path.join(directory, 'objects'), { recursive: true });
  writeFileSync(
    path.join(directory, 'gate-owner.json'),
    typeof owner === 'string' ? owner : JSON.stringify(owner),
  );
  return directory;
}

function deadOwner() {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  return { ...currentProcessIdentity(), pid, startTicks: 1 };
}

describe('the folder it is made in', () => {
  test('is the one asked for, and its name tells whose it is', () => {
    const folder = makeFolder();
    const made = makePrivateDirectory('/work tree', folder);
    expect(made.ok && path.dirname(made.value.directory)).toBe(folder);
    expect(made.ok && path.basename(made.value.directory)).toMatch(
      new RegExp(`^gate-git-${process.pid}-[A-Za-z0-9]{6}$`),
    );
  });

  test('is never inside the work tree', async () => {
    const repository = makeRepository();
    repository.write('tmp/keep.txt', 'k\n');
    repository.commit();
    const made = makePrivateDirectory(repository.root, path.join(repository.root, 'tmp'));
    if (!made.ok) throw new Error(made.error.message);
    atEnd(() => made.value.remove());
    expect(made.value.directory.startsWith(repository.root)).toBe(false);
    const change = await measure(repository.root, {
      base: 'HEAD',
      temporary: path.join(repository.root, 'tmp'),
    });
    expect(change.files).toEqual([]);
  });

  test('is another when it cannot be written to', () => {
    const made = makePrivateDirectory('/work tree', '/proc/self');
    if (!made.ok) throw new Error(made.error.message);
    atEnd(() => made.value.remove());
    expect(existsSync(made.value.directory)).toBe(true);
  });

  test('must be somewhere', () => {
    expect(makePrivateDirectory('/', null)).toMatchObject({
      ok: false,
      error: { kind: 'storage', mend: expect.stringContaining('TMPDIR') },
    });
  });
});

describe('leftovers', () => {
  test('of gates that were killed are removed, others stay', async () => {
    const folder = makeFolder();
    const dead = plantLeftover(folder, 'gate-git-1-abcdef', deadOwner());
    const alive = plantLeftover(folder, 'gate-git-2-abcdef', currentProcessIdentity());
    const otherBoot = plantLeftover(folder, 'gate-git-3-abcdef', { ...deadOwner(), bootId: '0'.repeat(36) });
    const unreadable = plantLeftover(folder, 'gate-git-4-abcdef', '{');
    const foreign = plantLeftover(folder, 'gate-git-5-abcdef.txt', deadOwner());
    const target = plantLeftover(makeFolder(), 'gate-git-6-abcdef', deadOwner());
    symlinkSync(target, path.join(folder, 'gate-git-7-abcdef'));
    // What a reading sees of the repository while names are resolved is not the gate's to remove.
    symlinkSync(target, path.join(dead, 'refs'));
    await sweepPrivateDirectories(folder);
    expect([dead, alive, otherBoot, unreadable, foreign, target].map((name) => existsSync(name))).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  test('without an owner are removed after ten minutes', async () => {
    const folder = makeFolder();
    const torn = plantLeftover(folder, 'gate-git-1-abcdef', '');
    const fresh = plantLeftover(folder, 'gate-git-2-abcdef', '');
    const elevenMinutesAgo = Date.now() / 1000 - 660;
    utimesSync(torn, elevenMinutesAgo, elevenMinutesAgo);
    await sweepPrivateDirectories(folder);
    expect([existsSync(torn), existsSync(fresh)]).toEqual([false, true]);
  });

  test('whose owner cannot be told are removed after two days', async () => {
    const folder = makeFolder();
    const old = plantLeftover(folder, 'gate-git-1-abcdef', { ...deadOwner(), bootId: '0'.repeat(36) });
    const alive = plantLeftover(folder, 'gate-git-2-abcdef', currentProcessIdentity());
    for (const directory of [old, alive]) utimesSync(directory, 1, 1);
    await sweepPrivateDirectories(folder);
    expect([existsSync(old), existsSync(alive)]).toEqual([false, true]);
  });

  test('are removed at the next reading, a few at a time', async () => {
    const folder = makeFolder();
    const owner = deadOwner();
    const all = Array.from({ length: 6 }, (_, index) =>
      plantLeftover(folder, `gate-git-${index}-abcdef`, owner),
    );
    const repository = makeRepository();
    repository.commit();
    for (const left of [2, 0]) {
      const change = await measure(repository.root, { base: 'HEAD', temporary: folder });
      await change.snapshot.close();
      expect(all.filter((directory) => existsSync(directory))).toHaveLength(left);
    }
  });

  test('in a folder that is not there are none', async () => {
    await expect(sweepPrivateDirectories('/nowhere')).resolves.toBeUndefined();
  });
});
