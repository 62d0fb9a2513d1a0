import { formatDuration } from '../kernel/duration.ts';
import { describeFailure } from '../kernel/failure.ts';
import { plural } from '../kernel/text.ts';
import type { Plan, PlannedStage } from '../plan/plan.ts';
import { type Palette, paletteFor } from './color.ts';
import { displayWidth, truncateToWidth } from './display-width.ts';
import { NAME_MAX_CHARS } from './limits.ts';
import type { PlanChange, PlanFacts } from './plan-document.ts';
import { describePolicy } from './policy-words.ts';
import { shortSha } from './rerun-commands.ts';
import { indentText, remark } from './terminal-layout.ts';
import { finishText, layoutWidth, terminalText } from './terminal-text.ts';

export { type PlanChange, type PlanDocument, type PlanFacts, planDocument } from './plan-document.ts';

/** How `gate plan` is laid out. */
export interface PlanTextOptions {
  readonly width: number;
  readonly color: boolean;
}

interface Style {
  readonly width: number;
  readonly palette: Palette;
}

const NAME_MAX_WIDTH = 28;

function describeChange(change: PlanChange): string {
  if ('reason' in change) return `change not measured: ${describeFailure(change.reason)}`;
  const head = shortSha(change.headSha) ?? 'no commit';
  const branch = change.branch === null ? '' : ` on ${change.branch.slice(0, NAME_MAX_CHARS)}`;
  const dirty = change.dirty ? ' with uncommitted files' : '';
  const base = shortSha(change.baseSha);
  const against = base === null ? ` (${change.baseSource})` : `, against ${base} (${change.baseSource})`;
  return `${head}${branch}${dirty}${against} · ${plural(change.files, 'file')}, +${change.added} −${change.deleted}`;
}

/** Whether a stage looks at the change and would have no answer. */
function isUnanswerable({ skip, settings }: PlannedStage, facts: PlanFacts): boolean {
  return skip === null && settings.kind !== 'command' && 'reason' in facts.change;
}

/** What people should know of a stage beside its command. */
function stageFacts({ settings, origin }: PlannedStage, facts: PlanFacts): string[] {
  const timeoutMs = settings.timeoutMs ?? facts.defaultTimeoutMs ?? null;
  const command = settings.kind === 'command' ? settings : null;
  return [
    origin,
    timeoutMs === null ? '' : `at most ${formatDuration(timeoutMs)}`,
    command === null || command.cwd === '.' ? '' : `in ${command.cwd}`,
    command === null || command.retries === 0 ? '' : plural(command.retries, 'retry', 'retries'),
    settings.required ? '' : 'optional',
    settings.needs.length === 0 ? '' : `needs ${settings.needs.join(', ')}`,
    settings.when.length === 0 ? '' : `when ${settings.when.join(', ')} changed`,
  ].filter((fact) => fact !== '');
}

interface Said {
  readonly text: string;
  readonly paint: (row: string) => string;
}

/** Columns that a text beside a name needs to be readable; with less it stands below. */
const BESIDE_MIN_WIDTH = 24;

/** Rows of text beside a name, or below it in a narrow window. */
function hang(sign: string, name: Said, nameWidth: number, said: readonly Said[], width: number): string[] {
  const beside = width - nameWidth - 6 >= BESIDE_MIN_WIDTH;
  const indent = ' '.repeat(beside ? nameWidth + 6 : 6);
  const rows = said.flatMap(({ text, paint }) => indentText(text, indent, width, paint));
  const [first, ...rest] = rows;
  const start = `  ${sign} ${name.paint(name.text)}`;
  if (!beside || first === undefined) return [start, ...rows];
  const gap = ' '.repeat(Math.max(0, nameWidth - displayWidth(name.text)));
  return [`${start}${gap}  ${first.slice(indent.length)}`, ...rest];
}

/** What runs, and from where; a stage that would not run says why. */
function describeStage(stage: PlannedStage, facts: PlanFacts, palette: Palette): Said[] {
  if (stage.skip !== null) {
    const { reason, detail } = stage.skip;
    const text = reason === 'not_selected' ? 'not selected' : `skipped: ${detail}`;
    return [{ text, paint: palette.dim }];
  }
  const known = { text: stageFacts(stage, facts).join(' · '), paint: palette.dim };
  if (isUnanswerable(stage, facts))
    return [{ text: 'could not evaluate: the change is not measured', paint: palette.yellow }, known];
  const { settings } = stage;
  if (settings.kind !== 'command') return [known];
  return [{ text: settings.run ?? '', paint: (row) => row }, known];
}

function stageRows(stage: PlannedStage, nameWidth: number, facts: PlanFacts, style: Style): string[] {
  const { palette, width } = style;
  const text = truncateToWidth(terminalText(stage.settings.id), nameWidth);
  const name = { text, paint: stage.skip === null ? palette.bold : palette.dim };
  const isOpen = isUnanswerable(stage, facts);
  const sign = stage.skip !== null ? palette.dim('–') : isOpen ? palette.yellow('!') : palette.green('▶');
  return hang(sign, name, nameWidth, describeStage(stage, facts, palette), width);
}

/** `5 of 7 stages would run, 2 would not`. */
function summaryLines(plan: Plan, facts: PlanFacts, { width, palette }: Style): string[] {
  const planned = plan.stages.filter((stage) => stage.skip === null);
  const open = planned.filter((stage) => isUnanswerable(stage, facts)).length;
  const runs = planned.length - open;
  const left = plan.stages.length - planned.length;
  const rest = `${open === 0 ? '' : `, ${open} could not be evaluated`}${left === 0 ? '' : `, ${left} would not`}`;
  const text = `${runs} of ${plural(plan.stages.length, 'stage')} would run${rest}`;
  return indentText(text, '  ', width, palette.bold);
}

/**
 * What `gate plan` says to people: which change and which policy count, then a stage with its command and
 * where that comes from, or why it would not run. Lines are no wider than the window.
 */
export function renderPlan(plan: Plan, facts: PlanFacts, options: PlanTextOptions): string {
  const style = { width: layoutWidth(options.width), palette: paletteFor(options.color) };
  const { width, palette } = style;
  const ids = plan.stages.map((stage) => displayWidth(terminalText(stage.settings.id)));
  const nameWidth = Math.min(NAME_MAX_WIDTH, Math.max(0, ...ids));
  const unmeasured = 'reason' in facts.change;
  const warnings = plan.warnings.flatMap((warning) => remark(warning, style));
  const lines = [
    '',
    `  ${palette.bold(truncateToWidth(terminalText(plan.pipeline.id), width - 2))}`,
    ...indentText(describeChange(facts.change), '  ', width, unmeasured ? palette.yellow : palette.dim),
    ...indentText(`task ${facts.taskId} · ${describePolicy(facts.policy)}`, '  ', width, palette.dim),
    '',
    ...plan.stages.flatMap((stage) => stageRows(stage, nameWidth, facts, style)),
    ...(warnings.length === 0 ? [] : ['', ...warnings]),
    '',
    ...summaryLines(plan, facts, style),
  ];
  return finishText(lines);
}
