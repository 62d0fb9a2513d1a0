import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readRecords, readTree, runGate, startGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes, pause } from '../fakes/gate-scene.ts';
import { testWith } from '../fakes/required-tool.ts';

const scenes = openScenes(afterEach);

describe('F06 evidence is never written through a link', () => {
  test.each([
    ['.runs', '.runs'],
    ['the task’s folder', '.runs/main'],
    ['the folder of its runs', '.runs/main/cli'],
    ['the folder of its open runs', '.runs/main/open'],
  ])('F06 %s leads outside: exit 3, target untouched, nothing run', async (_name, link) => {
    const outside = scenes.folder();
    writeFileSync(path.join(outside, 'theirs'), 'theirs\n');
    const made = scenes.repository({ canary: 'touch ran' });
    mkdirSync(path.dirname(path.join(made.root, link)), { recursive: true });
    symlinkSync(outside, path.join(made.root, link));
    const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(3);
    expect(onlyLine(stderr)).toContain(`${link}: `);
    expect(stderr).toMatch(/symbolic link/);
    expect(readdirSync(outside)).toEqual(['theirs']);
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });

  test('F06 the list of records is a link: exit 3, target untouched', async () => {
    const target = path.join(scenes.folder(), 'theirs');
    writeFileSync(target, 'theirs\n');
    const made = scenes.repository({ quick: 'true' });
    mkdirSync(path.join(made.root, '.runs', 'main'), { recursive: true });
    symlinkSync(target, path.join(made.root, '.runs', 'main', 'metrics.json'));
    const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(3);
    expect(onlyLine(stderr)).toMatch(/main\/metrics\.json: .*ELOOP/);
    expect(readFileSync(target, 'utf8')).toBe('theirs\n');
  });

  test.each([
    ['manifest', 'rm "$RUN/manifest.json"; ln -s "$TARGET" "$RUN/manifest.json"', 1],
    ['own log', 'rm "$RUN"/logs/01-*; ln -s "$TARGET" "$RUN/logs/01-swap.log"; echo more', 1],
    ['next log', 'ln -s "$TARGET" "$RUN/logs/02-later.log"', 1],
    ['report', 'ln -s "$TARGET" "$RUN/report.md"', 0],
    ['logs folder', 'mv "$RUN/logs" "$RUN/old"; ln -s "$(dirname "$TARGET")" "$RUN/logs"', 3],
    ['run folder', 'mv "$RUN" "$RUN.old"; ln -s "$(dirname "$TARGET")" "$RUN"', 3],
  ])('F06 a stage swaps the %s for a link: seen or harmless, target untouched', async (_name, swap, code) => {
    const outside = scenes.folder();
    const target = path.join(outside, 'theirs');
    writeFileSync(target, 'theirs\n');
    const made = scenes.repository({
      swap: `RUN=$(echo .runs/main/cli/*); TARGET=${target}; ${swap}`,
      later: 'echo later',
    });
    const { exitCode, stdout } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(code);
    if (code === 1) expect(stdout).toMatch(/tampered/);
    expect(readdirSync(outside)).toEqual(['theirs']);
    expect(readFileSync(target, 'utf8')).toBe('theirs\n');
  });

  test('F06 a run that puts a link in the place of its folder and kills its gate is not recovered through it', async () => {
    const outside = scenes.folder();
    const swap = `cp -r "$RUN/." ${outside}; rm -r "$RUN"; ln -s ${outside} "$RUN"; kill -KILL $PPID; sleep .1`;
    const made = scenes.repository({
      swap: `RUN=$(ls -d .runs/main/cli/* | tail -1); [ -n "$QUIET" ] || { ${swap}; }`,
    });
    expect((await runGate(['run'], { cwd: made.root, env: { QUIET: '1' } })).exitCode).toBe(0);
    expect((await runGate(['run'], { cwd: made.root })).signal).toBe('SIGKILL');
    const before = readTree(outside);
    expect(before.has('manifest.json')).toBe(true);
    const { exitCode, stderr } = await runGate(['status'], { cwd: made.root });
    expect(exitCode).toBe(0);
    expect(onlyLine(stderr)).toMatch(/could not be recovered: its folder is not a real one any more/);
    expect(readTree(outside)).toEqual(before);
    expect(readRecords(made.root)).toHaveLength(1);
    expect(readdirSync(path.join(made.root, '.runs/main/open'))).toEqual([]);
  });
});

describe('F07 names that somebody takes first', () => {
  test('F07 links under every name that could be guessed are never written through', async () => {
    const target = path.join(scenes.folder(), 'theirs');
    writeFileSync(target, 'theirs\n');
    const names = [
      'manifest.json.tmp',
      '.manifest.json.tmp',
      'manifest.json~',
      '.manifest.json.$PPID.tmp',
      'report.md.tmp',
      'metrics.json.tmp',
    ];
    const plant = names.map((name) => `ln -s ${target} "$RUN/${name}"`).join('; ');
    const { exitCode, root, manifest } = await scenes.play({
      plant: `RUN=$(echo .runs/main/cli/*); ${plant}`,
      later: 'true',
    });
    expect(exitCode).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe('theirs\n');
    expect(manifest.verdict).toBe('passed');
    expect(lstatSync(path.join(root, '.runs/main/cli', manifest.run_id, 'manifest.json')).isFile()).toBe(
      true,
    );
  });

  testWith(['strace'])(
    'F07 whoever swaps a temporary file for a link is found out, target untouched',
    async () => {
      const target = path.join(scenes.folder(), 'theirs');
      writeFileSync(target, 'theirs\n');
      const made = scenes.repository({ one: 'true', canary: 'touch ran' });
      // Holds every rename up for 0.2 s, so that there is time to swap.
      const through = ['strace', '-o', '/dev/null', '-e', 'inject=/^rename:delay_enter=200000'];
      const { ended } = startGate(['run'], { cwd: made.root, through });
      let isOver = false;
      const swapping = (async () => {
        const cli = path.join(made.root, '.runs/main/cli');
        while (!isOver) {
          if (existsSync(cli))
            for (const run of readdirSync(cli)) swapTemporaries(path.join(cli, run), target);
          await pause(5);
        }
      })();
      const { exitCode, stderr } = await ended;
      isOver = true;
      await swapping;
      expect(exitCode).toBe(3);
      expect(onlyLine(stderr)).toMatch(/manifest\.json: .*another process put something else in its place/);
      expect(readFileSync(target, 'utf8')).toBe('theirs\n');
      expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    },
  );
});

function swapTemporaries(folder: string, target: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.tmp')) continue;
    const file = path.join(folder, name);
    rmSync(file, { force: true });
    try {
      symlinkSync(target, file);
    } catch {
      // The gate was quicker.
    }
  }
}

describe('F15 a stage that removes evidence', () => {
  test('F15 rm -rf .runs: the verdict is tampered, from memory, and written again', async () => {
    const { exitCode, root, manifest, stdout } = await scenes.play({
      first: 'echo first',
      wipe: 'rm -rf .runs',
      later: 'echo later',
    });
    expect(exitCode).toBe(1);
    expect(manifest).toMatchObject({ status: 'failed', verdict: 'failed' });
    expect(manifest.status_detail).toMatch(/tampered/);
    expect(manifest.stages.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed']);
    expect(stdout).toMatch(/tampered/);
    expect(readRecords(root).map(({ verdict }) => verdict)).toEqual(['failed']);
    const verified = await runGate(['verify', 'latest'], { cwd: root });
    expect(verified.exitCode).toBe(1);
    expect(verified.stdout).toContain('01-first.log');
  });

  test('F15 a last stage that empties its run’s folder or edits the manifest is found, too', async () => {
    for (const edit of [
      'rm -rf .runs/main/cli/*/*',
      'sed -i s/running/passed/ .runs/main/cli/*/manifest.json',
    ]) {
      const { exitCode, manifest } = await scenes.play({ first: 'echo first', edit });
      expect(exitCode).toBe(1);
      expect(manifest.status_detail).toMatch(/tampered.*manifest\.json/);
    }
  });
});
