import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BUILT_CLI } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

/** The built entry in a process that takes itself for another version of Node; nothing else can be loaded there. */
function runAs(version: string): string {
  const source = encodeURIComponent(readFileSync(BUILT_CLI, 'utf8'));
  const program = path.join(scenes.folder(), 'old.mjs');
  writeFileSync(
    program,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
await import(${JSON.stringify(`data:text/javascript,${source}`)});
`,
  );
  const script = `{ "${process.execPath}" "${program}"; echo "exit $?"; } 2>&1`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' });
}

describe('an old Node', () => {
  test.each(['14.21.3', '20.20.2', '22.12.0'])('%s is told in one line what is wanted: exit 2', (version) => {
    expect(runAs(version)).toMatch(
      /^gate: Node [\d.]+ is too old, 22\.13 or newer is needed – install Node 24 .*\nexit 2\n$/,
    );
  });
});
