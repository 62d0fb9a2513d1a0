import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRegistry } from '../../../src/stages/docs/registry.ts';
import { renderRegistry } from '../../../src/stages/docs/write-registry.ts';
import { brief, checkTrees, findIn, type Tree } from './docs-scene.ts';

const REGISTRY = 'docs/freshness.json';

function entry(path: string, more: Readonly<Record<string, unknown>> = {}) {
  return { path, owner: 'team', status: 'active', last_review: '2026-11-20', cadence_days: 30, ...more };
}

function write(...entries: readonly unknown[]): string {
  return JSON.stringify(entries, null, 2);
}

async function registryOf(registry: string, more: Tree = {}) {
  return await findIn(
    { 'a.md': '', 'b.md': '', ...more, [REGISTRY]: registry },
    { freshnessRegistry: REGISTRY },
  );
}

describe('the registry', () => {
  test('lists every document, each of them fresh', async () => {
    expect(await registryOf(write(entry('a.md'), entry('b.md')))).toEqual([]);
    expect(await registryOf(JSON.stringify({ docs: [entry('a.md'), entry('b.md')] }))).toEqual([]);
  });

  test('that does not exist is a finding', async () => {
    const { result } = await checkTrees({ 'a.md': '' }, { 'a.md': '' }, { freshnessRegistry: REGISTRY });
    expect(brief(result.findings)).toEqual([`P1 docs/registry-missing ${REGISTRY}:-`]);
    expect(result.detail).toContain('gate docs --write-registry');
  });

  test('misses a document', async () => {
    const findings = await registryOf(write(entry('a.md')));
    expect(brief(findings)).toEqual(['P1 docs/registry-unlisted b.md:-']);
  });

  test('lists a document that is gone, with the line', async () => {
    const findings = await registryOf(write(entry('a.md'), entry('b.md'), entry('docs/c.md')));
    expect(brief(findings)).toEqual([`P1 docs/registry-missing-file ${REGISTRY}:17`]);
  });

  test('lists a document twice', async () => {
    const findings = await registryOf(write(entry('a.md'), entry('b.md'), entry('a.md')));
    expect(brief(findings)).toEqual([`P1 docs/registry-duplicate ${REGISTRY}:17`]);
    expect(findings[0]?.title).toContain('twice, first on line 3');
  });

  test('has a stale review', async () => {
    const [finding] = await registryOf(write(entry('a.md', { last_review: '2026-10-24' }), entry('b.md')));
    expect(finding?.title).toBe(`${REGISTRY} says that "a.md" was reviewed 31 days ago, 30 are allowed`);
    expect(finding?.body).toContain('set last_review to 2026-11-24');
  });

  test.each([
    ['on the last day', { last_review: '2026-10-25' }],
    ['archived', { status: 'archived', last_review: '2020-01-01' }],
    ['completed', { status: 'Completed', last_review: '2020-01-01' }],
    ['superseded', { status: 'superseded', last_review: '2020-01-01' }],
    ['tomorrow is somebody’s time zone', { last_review: '2026-11-25' }],
  ])('fresh enough: %s', async (_, more) => {
    expect(await registryOf(write(entry('a.md', more), entry('b.md')))).toEqual([]);
  });

  test('a status that was perhaps meant to exempt is said', async () => {
    const more = { status: 'archive', last_review: '2020-01-01' };
    const [finding] = await registryOf(write(entry('a.md', more), entry('b.md')));
    expect(finding?.title).toContain('status "archive" exempts nothing, "archived" would');
  });

  test('a review in the future', async () => {
    const findings = await registryOf(write(entry('a.md', { last_review: '2027-01-01' }), entry('b.md')));
    expect(brief(findings)).toEqual([`P1 docs/registry-future ${REGISTRY}:3`]);
  });

  test.each([
    ['no JSON', '{', 'is no JSON'],
    ['no list', '{"version": 1}', 'is no list of entries'],
    ['an entry that is none', write(1), 'entry 1 is 1'],
    ['a missing key', write({ ...entry('a.md'), owner: undefined }), 'entry 1 ("a.md"): owner is missing'],
    ['an empty text', write(entry('a.md', { owner: ' ' })), 'owner is " "'],
    ['an unknown key', write(entry('a.md', { last_reviewed: 'x' })), '"last_reviewed" is no key'],
    [
      'a day that does not exist',
      write(entry('a.md', { last_review: '2026-02-30' })),
      'last_review is "2026-02-30"',
    ],
    ['a wrong number', write(entry('a.md', { cadence_days: 0 })), 'cadence_days is 0'],
    ['a number in quotes', write(entry('a.md', { cadence_days: '30' })), 'cadence_days is "30"'],
    ['a path that leaves', write(entry('../a.md')), 'path is "../a.md"'],
    ['an absolute path', write(entry('/a.md')), 'path is "/a.md"'],
  ])('is invalid: %s', async (_, registry, what) => {
    const findings = await registryOf(registry);
    expect(findings[0]).toMatchObject({ ruleId: 'docs/registry-invalid', path: REGISTRY, priority: 1 });
    expect(findings[0]?.title).toContain(what);
  });

  test('suggests the key that was meant', async () => {
    const [finding] = await registryOf(write(entry('a.md', { last_reviewed: 'x' })));
    expect(finding?.body).toContain('did you mean "last_review"?');
  });

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.object()).map((list) => JSON.stringify(list)),
        ),
        (text) => {
          const { entries, faults } = parseRegistry(text);
          expect(entries.length + faults.length).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('writing the registry', () => {
  test('keeps what is known, adds what is new, drops what is gone', () => {
    const known = { path: 'b.md', owner: 'me', status: 'draft', lastReview: '2026-01-02', cadenceDays: 7 };
    const text = renderRegistry(
      [known, { ...known, path: 'gone.md' }],
      ['c.md', 'b.md', 'a.md', 'a.md'],
      '2026-11-24T10:00:00Z',
    );
    expect(JSON.parse(text)).toEqual([
      { path: 'a.md', owner: 'unassigned', status: 'active', last_review: '2026-11-24', cadence_days: 90 },
      { path: 'b.md', owner: 'me', status: 'draft', last_review: '2026-01-02', cadence_days: 7 },
      { path: 'c.md', owner: 'unassigned', status: 'active', last_review: '2026-11-24', cadence_days: 90 },
    ]);
    expect(text.endsWith(']\n')).toBe(true);
  });

  test('what is written is read without a finding, and written again as it is', () => {
    const paths = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}(?:\/[a-z"\u00e9 ]{1,8}){0,2}\.md$/));
    fc.assert(
      fc.property(paths, (docs) => {
        const text = renderRegistry([], docs, '2026-11-24');
        const { entries, faults } = parseRegistry(text);
        expect(faults).toEqual([]);
        expect(entries.map(({ path }) => path).sort()).toEqual([...docs].sort());
        expect(renderRegistry(entries, docs, '2027-01-01')).toBe(text);
      }),
    );
  });
});
