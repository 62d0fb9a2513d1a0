import type { BuiltinStageSettings } from '../config/gate-config.ts';
import { unreachable } from '../kernel/never.ts';
import type { BuiltinStage } from '../run/builtin-stage.ts';

type BuiltinKind = BuiltinStageSettings['kind'];

const KINDS: ReadonlySet<string> = new Set<BuiltinKind>(['spec-guard', 'docs', 'diff-budget', 'review']);

function isBuiltin(kind: string): kind is BuiltinKind {
  return KINDS.has(kind);
}

/** Loads one kind of stage with the libraries that it works with. */
async function loadBuiltin(kind: BuiltinKind): Promise<BuiltinStage> {
  switch (kind) {
    case 'spec-guard':
      return (await import('./spec-guard/index.ts')).specGuardStage;
    case 'diff-budget':
      return (await import('./diff-budget/index.ts')).diffBudgetStage;
    case 'docs': {
      const { docsStage, preloadDocs } = await import('./docs/index.ts');
      await preloadDocs();
      return docsStage;
    }
    case 'review': {
      const { preloadReview, reviewStage } = await import('./review/index.ts');
      await preloadReview();
      return reviewStage;
    }
    default:
      return unreachable(kind);
  }
}

/**
 * The stages that the gate evaluates itself, by the `kind` of their settings; kinds of other stages are passed over.
 * Everything they need is in memory afterwards: a stage that runs could rewrite what lies on disk.
 */
export async function loadBuiltins(kinds: Iterable<string>): Promise<ReadonlyMap<string, BuiltinStage>> {
  const wanted = [...new Set(kinds)].filter(isBuiltin);
  return new Map(await Promise.all(wanted.map(async (kind) => [kind, await loadBuiltin(kind)] as const)));
}
