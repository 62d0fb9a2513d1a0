import { notesRule, type Reviewer, type ReviewStage } from '../../src/config/gate-config.ts';
import type { BuiltinContext } from '../../src/run/builtin-stage.ts';
import { preloadReview, reviewStage } from '../../src/stages/review/index.ts';
import { RULES } from '../../src/stages/review/rules.ts';
import { type CorpusCase, loadCorpus } from './corpus.ts';

/** How often a rule was right, wrong and silent, by cases. */
export interface RuleScore {
  readonly ruleId: string;
  readonly priority: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** A case whose findings are not those expected. */
export interface Mismatch {
  readonly name: string;
  readonly unexpected: readonly string[];
  readonly missing: readonly string[];
}

export interface CorpusScore {
  readonly cases: number;
  readonly rules: readonly RuleScore[];
  readonly mismatches: readonly Mismatch[];
}

const BUILTIN: Reviewer = {
  id: 'builtin',
  kind: 'builtin',
  run: null,
  baseUrl: null,
  model: null,
  apiKeyEnv: null,
  count: null,
  required: true,
  onUnavailable: 'fail',
  timeLimitMs: 600_000,
};

const SETTINGS: ReviewStage = {
  kind: 'review',
  id: 'review',
  title: 'Review',
  required: true,
  timeoutMs: null,
  needs: [],
  when: [],
  where: null,
  reviewers: [BUILTIN],
  failOn: 1,
  minConfidence: 0.5,
  notes: notesRule('optional'),
};

async function findRules({ change }: CorpusCase): Promise<ReadonlySet<string>> {
  const context: BuiltinContext = {
    change,
    notes: { goal: '', summary: '', risks: '', questions: '' },
    nowMs: 1_795_521_600_000,
    toolVersion: '0',
    overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null },
    pipelineIds: [],
    log: () => {},
  };
  const { findings } = await reviewStage(SETTINGS, context);
  return new Set(findings.map(({ ruleId }) => ruleId));
}

/** Reviews every case of the corpus and counts, for each rule, cases in which it was right and wrong. */
export async function scoreCorpus(): Promise<CorpusScore> {
  await preloadReview();
  const cases = loadCorpus();
  const known = new Set(RULES.map(({ id }) => id));
  const tally = new Map(RULES.map(({ id }) => [id, { right: 0, wrong: 0, silent: 0 }]));
  const mismatches: Mismatch[] = [];
  for (const item of cases) {
    const stranger = item.expected.find((id) => !known.has(id));
    if (stranger !== undefined) throw new Error(`${item.name}: there is no rule ${stranger}`);
    const found = await findRules(item);
    const expected = new Set(item.expected);
    for (const [id, counts] of tally) {
      if (found.has(id) && expected.has(id)) counts.right += 1;
      else if (found.has(id)) counts.wrong += 1;
      else if (expected.has(id)) counts.silent += 1;
    }
    const unexpected = [...found].filter((id) => !expected.has(id));
    const missing = [...expected].filter((id) => !found.has(id));
    if (unexpected.length + missing.length > 0) mismatches.push({ name: item.name, unexpected, missing });
  }
  const rules = RULES.map(({ id, priority }) => {
    const { right = 0, wrong = 0, silent = 0 } = tally.get(id) ?? {};
    return { ruleId: id, priority, truePositives: right, falsePositives: wrong, falseNegatives: silent };
  });
  return { cases: cases.length, rules, mismatches };
}

/** Right findings among all findings of these rules; 1 when there are none. */
export function precisionOf(rules: readonly RuleScore[]): number {
  const right = rules.reduce((sum, { truePositives }) => sum + truePositives, 0);
  const wrong = rules.reduce((sum, { falsePositives }) => sum + falsePositives, 0);
  return right + wrong === 0 ? 1 : right / (right + wrong);
}

/** Findings made among those that should be; 1 when none should. */
export function recallOf(rules: readonly RuleScore[]): number {
  const right = rules.reduce((sum, { truePositives }) => sum + truePositives, 0);
  const silent = rules.reduce((sum, { falseNegatives }) => sum + falseNegatives, 0);
  return right + silent === 0 ? 1 : right / (right + silent);
}
