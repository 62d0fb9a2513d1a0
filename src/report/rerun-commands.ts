import type { RunManifest } from '../evidence/manifest.ts';
import { failedStages } from './headline.ts';
import { COMMAND_MAX_CHARS } from './limits.ts';
import type { LabelledText } from './report-model.ts';
import { outcomeOf } from './status-words.ts';

const BARE_WORD = /^[A-Za-z0-9_./:@%+,=-]+$/;
const OBJECT_ID = /^[0-9a-f]{7,64}$/;

/** Digits of a commit id in a command or a headline: unique in all but the largest repositories. */
const SHORT_SHA = 12;

/** A commit id shortened for people; null when it is not one. */
export function shortSha(sha: string | null): string | null {
  return sha !== null && OBJECT_ID.test(sha) ? sha.slice(0, SHORT_SHA) : null;
}

/** A word as a POSIX shell reads it back, also when a hostile manifest named it. */
export function quoteShellWord(word: string): string {
  return BARE_WORD.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What a run is compared with: the merge base where one is known. */
export function comparedSha(manifest: RunManifest): string | null {
  return manifest.change.merge_base_sha ?? manifest.change.base_sha;
}

/**
 * How to run the same again, here or on another machine. What failed can be run alone while it is mended;
 * where an answer is missing, only the whole run can give it.
 */
export function rerunCommands(manifest: RunManifest): LabelledText[] {
  const pipeline =
    manifest.pipeline.id === 'implementation-gate' ? '' : ` ${quoteShellWord(manifest.pipeline.id)}`;
  const base = shortSha(comparedSha(manifest));
  const tail = base === null ? '' : ` --base ${base}`;
  const outcome = outcomeOf(manifest);
  const failing = outcome === 'failed' ? failedStages(manifest).map((stage) => stage.id) : [];
  const commands: LabelledText[] = [];
  if (failing.length > 0 && failing.length < manifest.stages.length) {
    const text = `gate run${pipeline} --stages ${quoteShellWord(failing.join(','))}${tail}`;
    if (text.length <= COMMAND_MAX_CHARS) commands.push({ label: 'these stages', text });
  }
  commands.push({ label: 'all stages', text: `gate run${pipeline}${tail}` });
  if (outcome !== 'in_progress') {
    commands.push({ label: 'check the evidence', text: `gate verify ${quoteShellWord(manifest.run_id)}` });
  }
  return commands;
}
