#!/usr/bin/env node
// This file is parsed by whatever Node the user has: nothing newer than Node 14 may stand in it,
// and nothing else is loaded before the version is known to be good.
import * as nodeModule from 'node:module';
import { setFlagsFromString } from 'node:v8';

const WANTED = [22, 13] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < WANTED[0] || (major === WANTED[0] && minor < WANTED[1])) {
  process.stderr.write(
    `gate: Node ${process.versions.node} is too old, ${WANTED.join('.')} or newer is needed – install Node 24 (https://nodejs.org) or run it through "npx -p node@24 node"\n`,
  );
  process.exitCode = 2;
} else {
  nodeModule.enableCompileCache?.();
  // The young generation stays small: a change of 100,000 files passes through it in pieces, and none of it stays.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { main } = await import('./commands/main.ts');
  await main(process.argv.slice(2));
}
