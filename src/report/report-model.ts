import type { ManifestStageStatus } from '../evidence/manifest.ts';
import type { ComparisonRow } from './comparison-rows.ts';
import type { Outcome } from './status-words.ts';
import type { LogTail } from './visible-text.ts';

/**
 * What every rendering shows, computed once from a manifest. Texts stand as the manifest has them and
 * may hold anything; a rendering makes them inert in its own medium. Durations in ms, sizes in bytes.
 */
export interface GateReport {
  readonly outcome: Outcome;
  readonly headline: Headline;
  readonly run: RunFacts;
  readonly change: ChangeFacts;
  /** In plan order. */
  readonly stages: readonly StageRow[];
  readonly total: TotalRow;
  /** Stages that failed, could not be evaluated or were cancelled; worst first. */
  readonly failures: readonly StageFailure[];
  /** Findings that failed no stage, worst first. */
  readonly hints: readonly FindingRow[];
  readonly comparison: readonly ComparisonRow[];
  /** The parts of the author's notes that are not empty. */
  readonly notes: readonly LabelledText[];
  readonly policy: PolicyFacts;
  readonly waivers: readonly WaiverRow[];
  readonly warnings: readonly string[];
  readonly environment: readonly LabelledText[];
  readonly evidence: EvidenceFacts;
  /** Commands that a reader can run next. */
  readonly commands: readonly LabelledText[];
}

/** A text under a heading of ours. */
export interface LabelledText {
  readonly label: string;
  readonly text: string;
}

export interface Headline {
  /** Required stages that decided the outcome, in plan order. */
  readonly stages: readonly string[];
  /** What decided it beside the stages: `partial run, 5 stages not selected`; null without. */
  readonly note: string | null;
  /** The manifest's own sentence; null when it adds nothing. */
  readonly why: string | null;
}

export interface RunFacts {
  readonly runId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly parentRunId: string | null;
  readonly pipeline: string;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly durationMs: number | null;
  /** `implementation-gate 0.1.0`. */
  readonly tool: string;
}

export interface ChangeFacts {
  readonly headSha: string | null;
  /** What the head was compared with: the merge base, else the base. */
  readonly baseSha: string | null;
  readonly baseSource: string | null;
  readonly branch: string | null;
  readonly pullRequest: number | null;
  readonly fromFork: boolean;
  /** Uncommitted files were part of what was tested. */
  readonly dirty: boolean;
  /** `12 files, +340 −22`; null when the change was not measured. */
  readonly size: string | null;
}

/** One stage on one line. */
export interface StageRow {
  readonly index: number;
  readonly id: string;
  /** Null when it says no more than the id. */
  readonly title: string | null;
  readonly status: ManifestStageStatus;
  readonly required: boolean;
  /** A few words: `exit 1`, `2 findings: 1 P0, 1 P1`; null on a plain pass. */
  readonly reason: string | null;
  /** The sentence for people, with what to do. */
  readonly detail: string | null;
  /** What a table shows beside the status: reason or detail, then {@link StageRow.remarks}. */
  readonly summary: string;
  /** What people should know beyond the status: flaky, optional, reused, strays, a cut log. */
  readonly remarks: readonly string[];
  readonly durationMs: number | null;
  readonly cpuMs: number | null;
  readonly maxRssBytes: number | null;
  /** Tests in words, see `describeTests`. */
  readonly tests: string | null;
  readonly flaky: boolean;
  readonly command: string | null;
  readonly cwd: string | null;
  readonly origin: string;
  readonly logPath: string | null;
  readonly comparison: ComparisonRow | null;
}

export interface TotalRow {
  readonly stages: number;
  readonly passed: number;
  /** `5 of 7 passed, 2 failed`. */
  readonly words: string;
  /** Of the run, from its start to its end. */
  readonly durationMs: number | null;
  readonly cpuMs: number | null;
  readonly tests: string | null;
  readonly comparison: ComparisonRow | null;
}

/** A stage that needs attention, with all that helps to mend it. */
export interface StageFailure {
  readonly row: StageRow;
  /** Further stages that ended for the very same cause and have nothing else to show. */
  readonly also: readonly StageRow[];
  /** What the stage's detail says beyond its reason and its command; null when that is nothing. */
  readonly cause: string | null;
  /** What to do next where neither cause nor findings say it. */
  readonly advice: string | null;
  /** Worst first. */
  readonly findings: readonly FindingRow[];
  /** The end of its log; null when the caller had none. Lines are visible text already. */
  readonly tail: LogTail | null;
  /** `attempt 1: exit 1 after 12.4 s`; empty for a single attempt. */
  readonly attempts: readonly string[];
}

export interface FindingRow {
  readonly stage: string;
  readonly ruleId: string;
  readonly title: string;
  /** What neither the title nor the stage's detail says already; may be empty. */
  readonly body: string;
  readonly suggestion: string | null;
  readonly priority: 0 | 1 | 2 | 3;
  /** `70 % sure`; null for a certain one. */
  readonly confidence: string | null;
  readonly path: string | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
  readonly side: 'new' | 'old';
}

export interface PolicyFacts {
  /** One sentence: which copy of the configuration counted. */
  readonly words: string;
  readonly digest: string | null;
  /** What the change's edit of the configuration means for this run; null: it does not touch it. */
  readonly edit: string | null;
  /** What the edit does to the settings in effect. */
  readonly settingsChanged: readonly string[];
  /** What the change does to the commands behind the stages. */
  readonly commandsChanged: readonly string[];
}

export interface WaiverRow {
  readonly kind: string;
  readonly reason: string;
  readonly actor: string | null;
  readonly source: string;
}

export interface EvidenceFacts {
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly uploaded: boolean;
  }[];
  readonly totalBytes: number;
}
