import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openScenes } from '../fakes/gate-scene.ts';

const MODULE = path.resolve(import.meta.dirname, '..', '..', 'src', 'commands', 'streams.ts');

/** More than a pipe holds. */
const BYTES = 400_000;

const scenes = openScenes(afterEach);

/** Writes much to stdout, in two pieces, and exits at once. */
function program(): string {
  const file = path.join(scenes.folder(), 'program.mjs');
  writeFileSync(
    file,
    `import { openStream } from ${JSON.stringify(MODULE)};
const stream = openStream(process.stdout);
stream.write('a'.repeat(${BYTES / 2}));
stream.write('é'.repeat(${BYTES / 4}));
process.exit(stream.isTTY ? 9 : 0);
`,
  );
  return file;
}

function runThrough(script: string): Promise<{ readonly exitCode: number | null; readonly bytes: Buffer }> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', script, 'sh', process.execPath, '--no-warnings', program()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (exitCode) => resolve({ exitCode, bytes: Buffer.concat(chunks) }));
  });
}

const WHOLE = Buffer.from('a'.repeat(BYTES / 2) + 'é'.repeat(BYTES / 4));

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a standard stream', () => {
  test.each([
    ['a pipe', '"$@"'],
    ['a pipe whose reader is slow', '"$@" | { sleep 0.5; cat; }'],
    ['a file', '"$@" > out.$$; code=$?; cat out.$$; rm out.$$; exit $code'],
  ])('%s gets every byte before the process ends', async (_name, script) => {
    const { exitCode, bytes } = await runThrough(`cd "$(dirname "$3")"; ${script}`);
    expect(exitCode).toBe(0);
    expect(digest(bytes)).toBe(digest(WHOLE));
  });

  test.each([
    ['a reader that goes away', '{ { "$@"; echo "exit $?" >&3; } | head -c 10 > /dev/null; } 3>&1'],
    ['a full device', '"$@" > /dev/full; echo "exit $?"'],
  ])('%s ends nothing', async (_name, script) => {
    const { bytes } = await runThrough(script);
    expect(bytes.toString()).toBe('exit 0\n');
  });
});
