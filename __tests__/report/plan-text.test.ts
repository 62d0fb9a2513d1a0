import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluationFailure } from '../../src/kernel/failure.ts';
import { stripAnsi } from '../../src/kernel/text.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { type PlanFacts, planDocument, renderPlan } from '../../src/report/plan-text.ts';
import { builtinSettings, commandSettings, planOf } from '../fakes/run-scenes.ts';
import { expectGolden } from './golden-files.ts';
import { hostileText } from './hostile-manifests.ts';
import { expectInertLines } from './inert-lines.ts';

const planned = planOf(
  builtinSettings({ id: 'spec-guard' }),
  commandSettings({ id: 'build', run: 'npm run build', timeoutMs: 600_000 }),
  {
    settings: commandSettings({ id: 'lint', run: '' }),
    skip: { reason: 'nothing_detected', detail: 'no script "lint" in package.json – set stages.lint.run' },
  },
  commandSettings({ id: 'test', run: 'npm test', retries: 2, needs: ['build'] }),
  commandSettings({
    ...{ id: 'e2e', cwd: 'apps/shop', required: false, when: ['apps/**', 'packages/ui/**'] },
    run: 'npx playwright install\nnpx playwright test --project chromium --reporter line --retries 0 --workers 2',
  }),
  {
    settings: builtinSettings({ id: 'docs' }),
    skip: { reason: 'not_selected', detail: 'not among --stages' },
  },
  builtinSettings({ id: 'diff-budget' }),
);

const ORIGINS = [
  ...[
    'built in',
    'package.json script "build"',
    'package.json',
    '.github/gate.yml:12',
    '.github/gate.yml:18',
  ],
  ...['built in', 'built in'],
];

const PLAN: Plan = {
  pipeline: { id: 'implementation-gate', title: 'Implementation gate' },
  stages: planned.stages.map((stage, at) => ({ ...stage, origin: ORIGINS[at] ?? '' })),
  warnings: ['.github/gate.yml:3: rlm is read, but not used by this version'],
};

const FACTS: PlanFacts = {
  taskId: 'feature-login',
  root: '/home/ana/shop',
  change: {
    baseSha: `1a2b3c4d5e6f${'0'.repeat(28)}`,
    headSha: `9f8e7d6c5b4a${'1'.repeat(28)}`,
    baseSource: 'upstream origin/main',
    branch: 'feature/login',
    dirty: true,
    files: 12,
    added: 340,
    deleted: 22,
  },
  policy: { source: 'working_tree', ref: null, path: '.github/gate.yml', digest: 'a'.repeat(64) },
};

const UNMEASURED: PlanFacts = {
  ...FACTS,
  change: {
    reason: evaluationFailure('the base origin/main is not in this clone', {
      mend: 'check out the whole history (fetch-depth: 0)',
    }),
  },
  policy: { source: 'defaults', ref: null, path: null, digest: null },
  defaultTimeoutMs: 1_800_000,
};

describe('what "gate plan" says', () => {
  test.each([
    ['measured', FACTS],
    ['unmeasured', UNMEASURED],
  ])('about a change that is %s', (name, facts) => {
    const text = renderPlan(PLAN, facts, { width: 80, color: false });
    const narrow = renderPlan(PLAN, facts, { width: 40, color: false });
    expectGolden(`plan.${name}.txt`, `${text}\n${'-'.repeat(40)}\n${narrow}`);
    expect(stripAnsi(renderPlan(PLAN, facts, { width: 80, color: true }))).toBe(text);
  });

  test('the first commit of a repository has nothing before it', () => {
    if ('reason' in FACTS.change) throw new Error('not measured');
    const change = { ...FACTS.change, baseSha: null, baseSource: 'first commit', branch: null, dirty: false };
    const text = renderPlan(PLAN, { ...FACTS, change }, { width: 100, color: false });
    expect(text).toContain('  9f8e7d6c5b4a (first commit) · 12 files, +340 −22\n');
  });

  test('a copy of the policy from the base says at which commit', () => {
    const policy = { ...FACTS.policy, source: 'base', ref: `1a2b3c4d5e6f${'0'.repeat(28)}` } as const;
    const text = renderPlan(PLAN, { ...FACTS, policy }, { width: 100, color: false });
    expect(text).toContain('task feature-login · .github/gate.yml of the base at 1a2b3c4d5e6f counts\n');
  });

  test('the same for scripts', () => {
    const document = planDocument(PLAN, FACTS);
    expect(document).toMatchObject({
      ...{
        task_id: 'feature-login',
        root: '/home/ana/shop',
        pipeline: PLAN.pipeline,
        warnings: PLAN.warnings,
      },
      change: { measured: true, reason: null, base_source: 'upstream origin/main', dirty: true, files: 12 },
      policy: { source: 'working_tree', path: '.github/gate.yml' },
    });
    expect(document.stages[3]).toEqual({
      ...{
        index: 4,
        id: 'test',
        title: 'test',
        kind: 'command',
        required: true,
        runs: true,
        command: 'npm test',
      },
      ...{
        cwd: '.',
        origin: '.github/gate.yml:12',
        timeout_ms: null,
        retries: 2,
        needs: ['build'],
        when: [],
      },
      skip: null,
    });
    expect(document.stages[2]).toMatchObject({ runs: false, skip: { reason: 'nothing_detected' } });
    expect(planDocument(PLAN, UNMEASURED).change).toEqual({
      ...{ measured: false, base_sha: null, head_sha: null, base_source: null, branch: null, dirty: null },
      ...{ files: null, added: null, deleted: null },
      reason: 'the base origin/main is not in this clone – check out the whole history (fetch-depth: 0)',
    });
  });

  test('nothing of the change steers the terminal', () => {
    fc.assert(
      fc.property(hostileText, hostileText, fc.constantFrom(40, 80), fc.boolean(), (a, b, width, color) => {
        const stages = planOf(
          commandSettings({ id: a, run: b, cwd: a, needs: [b], when: [a] }),
          { settings: commandSettings({ id: b }), skip: { reason: 'nothing_detected', detail: a } },
          builtinSettings({ id: a }),
        ).stages.map((stage) => ({ ...stage, origin: b }));
        const plan = { pipeline: { id: a, title: b }, stages, warnings: [b] };
        const change = { ...FACTS.change, branch: a, baseSource: b };
        const policy = { source: 'base', ref: a, path: b, digest: a } as const;
        for (const facts of [FACTS, UNMEASURED, { taskId: a, root: b, change, policy }])
          expectInertLines(renderPlan(plan, facts, { width, color }), width);
      }),
      { numRuns: 150 },
    );
  });
});
