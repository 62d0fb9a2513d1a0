import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** The floors in the order in which a run passes through them; a file imports its own floor and those before it. */
const FLOORS = [
  'kernel',
  'host',
  'config',
  'change',
  'plan',
  'run',
  'stages',
  'agents',
  'evidence',
  'compare',
  'report',
  'github',
  'request',
  'gate.ts',
  'commands',
  'cli.ts',
] as const;

const MAX_LINES = 300;
const SOURCE = path.join(import.meta.dirname, '..', 'src');

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(path.sep).join('/'))
  .sort();

const text = new Map(files.map((name) => [name, readFileSync(path.join(SOURCE, name), 'utf8')]));

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])(\.[^'"]+)\1/g;

function importsOf(name: string): string[] {
  const from = path.posix.dirname(name);
  return [...(text.get(name) ?? '').matchAll(IMPORT)].map((match) => path.posix.join(from, match[2] ?? ''));
}

function floorOf(name: string): number {
  const first = name.split('/')[0] ?? '';
  return (FLOORS as readonly string[]).indexOf(first);
}

function findCircle(): string[] | null {
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): string[] | null => {
    const start = trail.indexOf(name);
    if (start !== -1) return [...trail.slice(start), name];
    if (done.has(name)) return null;
    for (const next of importsOf(name)) {
      const circle = visit(next, [...trail, name]);
      if (circle !== null) return circle;
    }
    done.add(name);
    return null;
  };
  for (const name of files) {
    const circle = visit(name, []);
    if (circle !== null) return circle;
  }
  return null;
}

describe('the house', () => {
  test('has files to look at', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  test('every file stands on a known floor', () => {
    expect(files.filter((name) => floorOf(name) === -1)).toEqual([]);
  });

  test('imports lead to files of ours that exist', () => {
    const missing = files.flatMap((name) =>
      importsOf(name)
        .filter((target) => !text.has(target) && !target.startsWith('../'))
        .map((target) => `${name} → ${target}`),
    );
    expect(missing).toEqual([]);
  });

  test('nobody imports from a later floor', () => {
    const wrong = files.flatMap((name) =>
      importsOf(name)
        .filter((target) => text.has(target) && floorOf(target) > floorOf(name))
        .map((target) => `${name} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('no two files import each other in a circle', () => {
    expect(findCircle()).toBeNull();
  });

  test(`no file is longer than ${MAX_LINES} lines`, () => {
    const long = files.filter((name) => (text.get(name) ?? '').split('\n').length > MAX_LINES + 1);
    expect(long).toEqual([]);
  });

  test('no file is a drawer for odds and ends', () => {
    expect(files.filter((name) => /(?:^|\/)(?:utils?|helpers?|common|misc)(?:\.ts$|\/)/.test(name))).toEqual(
      [],
    );
  });

  test('names are kebab-case', () => {
    expect(files.filter((name) => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(name))).toEqual([]);
  });
});
