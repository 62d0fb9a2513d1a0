import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gate-signals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = path.resolve(import.meta.dirname, '..', '..', 'src', 'host', 'signals.ts');

/** Prints each rise; a byte on stdin gives the signals back to the system. */
const program = path.join(folder, 'program.mjs');
writeFileSync(
  program,
  `
import { watchSignals } from ${JSON.stringify(MODULE)};
const watch = watchSignals();
const alive = setInterval(() => {}, 1_000);
const off = watch.onRise(() => console.log(watch.level + ' ' + watch.signal));
watch.onRise(() => {})();
process.stdin.on('data', () => { watch.dispose(); console.log('disposed'); });
console.log('ready ' + watch.level + ' ' + watch.signal);
`,
);

interface Watched {
  readonly lines: string[];
  readonly ended: { exitCode: number | null; signal: string | null };
}

/** Starts the program; each step is done when as many lines as before it were seen, plus a pause. */
function watch(
  steps: readonly { after: number; pauseMs: number; do: NodeJS.Signals | 'dispose' }[],
): Promise<Watched> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--no-warnings', program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines: string[] = [];
    const left = [...steps];
    function next(): void {
      const step = left[0];
      if (step === undefined || lines.length < step.after) return;
      left.shift();
      setTimeout(() => {
        if (step.do === 'dispose') child.stdin.write('x');
        else child.kill(step.do);
        next();
      }, step.pauseMs);
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.trimEnd().split('\n'));
      next();
    });
    child.on('close', (exitCode, signal) => resolve({ lines, ended: { exitCode, signal } }));
  });
}

describe('watchSignals', () => {
  test('the first signal asks politely, any second one does not; a third changes nothing', async () => {
    const { lines, ended } = await watch([
      { after: 1, pauseMs: 0, do: 'SIGINT' },
      { after: 2, pauseMs: 0, do: 'SIGTERM' },
      { after: 3, pauseMs: 0, do: 'SIGINT' },
      { after: 3, pauseMs: 150, do: 'SIGKILL' },
    ]);
    expect(lines).toEqual(['ready none null', 'graceful SIGINT', 'kill SIGINT']);
    expect(ended.signal).toBe('SIGKILL');
  });

  test('a second SIGINT 200 ms later kills; its echo within milliseconds does not', async () => {
    const { lines } = await watch([
      { after: 1, pauseMs: 0, do: 'SIGINT' },
      { after: 2, pauseMs: 5, do: 'SIGINT' },
      { after: 2, pauseMs: 200, do: 'SIGINT' },
      { after: 3, pauseMs: 0, do: 'SIGKILL' },
    ]);
    expect(lines).toEqual(['ready none null', 'graceful SIGINT', 'kill SIGINT']);
  });

  test('a closed terminal counts as SIGTERM', async () => {
    const { lines } = await watch([
      { after: 1, pauseMs: 0, do: 'SIGHUP' },
      { after: 2, pauseMs: 0, do: 'SIGKILL' },
    ]);
    expect(lines).toEqual(['ready none null', 'graceful SIGTERM']);
  });

  test('after dispose a signal ends the process as usual', async () => {
    const { lines, ended } = await watch([
      { after: 1, pauseMs: 0, do: 'dispose' },
      { after: 2, pauseMs: 0, do: 'SIGTERM' },
    ]);
    expect(lines).toEqual(['ready none null', 'disposed']);
    expect(ended.signal).toBe('SIGTERM');
  });
});
