import { oneLine } from '../kernel/text.ts';
import type { GateConfig, ReviewStage } from './gate-config.ts';

/** Reviewers that the schema knows and this version cannot ask. */
const UNAVAILABLE_KINDS: ReadonlySet<string> = new Set(['codex', 'claude', 'openai-compatible']);

function reviewStages(config: Omit<GateConfig, 'remarks'>): ReadonlySet<ReviewStage> {
  const inline = [...config.pipelines.values()].flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.kind === 'inline' ? [entry.settings] : [])),
  );
  return new Set([...config.stages.values(), ...inline].filter((stage) => stage.kind === 'review'));
}

function remarkOnReviewers(stage: ReviewStage): readonly string[] {
  return stage.reviewers
    .filter(({ kind }) => UNAVAILABLE_KINDS.has(kind))
    .map(({ id, kind, onUnavailable }) => {
      const start = stage.where === null ? '' : `${stage.where}: `;
      const effect = `it counts as unavailable (on_unavailable: ${onUnavailable})`;
      return oneLine(`${start}reviewer "${id}" of kind ${kind} is not in this version: ${effect}`);
    });
}

/** One line each for settings that would mislead because they change nothing in this version. */
export function remarkOnConfig(config: Omit<GateConfig, 'remarks'>): readonly string[] {
  const { baseline, file } = config;
  const start = file === null ? '' : `${oneLine(file)}: `;
  const remarks: string[] = [];
  if (baseline.gate)
    remarks.push(`${start}baseline.gate has no effect in this version: durations fail no run`);
  if (baseline.confirm !== 'off') {
    remarks.push(`${start}baseline.confirm has no effect in this version: nothing is measured again`);
  }
  return [...remarks, ...[...reviewStages(config)].flatMap(remarkOnReviewers)];
}
