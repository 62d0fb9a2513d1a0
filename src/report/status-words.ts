import type { ManifestStageStatus, RunManifest } from '../evidence/manifest.ts';
import { unreachable } from '../kernel/never.ts';
import type { Palette } from './color.ts';

/** How a thing is meant, for colour; never the only sign of it. */
export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'busy';

/** What a whole run came to: its verdict, or that it has none (yet). */
export type Outcome = 'passed' | 'failed' | 'not_evaluated' | 'cancelled' | 'in_progress' | 'aborted';

/** One word with its signs for a terminal and for Markdown. */
export interface StatusWords {
  readonly words: string;
  /** One column wide. */
  readonly symbol: string;
  readonly emoji: string;
  readonly tone: Tone;
}

/** The words of a stage's status. */
export function stageWords(status: ManifestStageStatus): StatusWords {
  switch (status) {
    case 'passed':
      return { words: 'passed', symbol: '✔', emoji: '✅', tone: 'good' };
    case 'failed':
      return { words: 'failed', symbol: '✖', emoji: '❌', tone: 'bad' };
    case 'skipped':
      return { words: 'skipped', symbol: '–', emoji: '➖', tone: 'quiet' };
    case 'not_run':
      return { words: 'not run', symbol: '·', emoji: '➖', tone: 'quiet' };
    case 'cancelled':
      return { words: 'cancelled', symbol: '■', emoji: '⛔', tone: 'warn' };
    case 'not_evaluated':
      return { words: 'could not evaluate', symbol: '!', emoji: '⚠️', tone: 'warn' };
    case 'running':
      return { words: 'running', symbol: '▶', emoji: '⏳', tone: 'busy' };
    case 'pending':
      return { words: 'waiting', symbol: '·', emoji: '⏳', tone: 'quiet' };
    default:
      return unreachable(status);
  }
}

/** The words of a run's outcome. */
export function outcomeWords(outcome: Outcome): StatusWords {
  switch (outcome) {
    case 'passed':
    case 'failed':
    case 'cancelled':
    case 'not_evaluated':
      return stageWords(outcome);
    case 'in_progress':
      return { words: 'running', symbol: '▶', emoji: '⏳', tone: 'busy' };
    case 'aborted':
      return { words: 'aborted', symbol: '■', emoji: '⛔', tone: 'warn' };
    default:
      return unreachable(outcome);
  }
}

/** What a run came to; a run without a verdict is running or, when its process died, aborted. */
export function outcomeOf(manifest: RunManifest): Outcome {
  if (manifest.status === 'aborted') return 'aborted';
  if (manifest.status === 'in_progress') return 'in_progress';
  return manifest.verdict ?? 'not_evaluated';
}

/** Paints a text in its tone. */
export function paintTone(palette: Palette, tone: Tone, text: string): string {
  switch (tone) {
    case 'good':
      return palette.green(text);
    case 'bad':
      return palette.red(text);
    case 'warn':
      return palette.yellow(text);
    case 'quiet':
      return palette.dim(text);
    case 'busy':
      return palette.cyan(text);
    default:
      return unreachable(tone);
  }
}
