import { unreachable } from '../../kernel/never.ts';
import { clip, plural } from '../../kernel/text.ts';
import type { PlannedStage } from '../../plan/plan.ts';
import type { RunEvent } from '../../run/events.ts';
import type { StageResult } from '../../run/stage-result.ts';
import { type Palette, paletteFor } from '../color.ts';
import { paintTone, stageWords } from '../status-words.ts';
import { finishText, terminalText } from '../terminal-text.ts';
import type { Progress, ProgressOptions } from './progress-options.ts';
import { commandOf, describeEndLine, LINE_MAX_CHARS } from './stage-words.ts';

type PlainOptions = Pick<ProgressOptions, 'stream' | 'color' | 'redact'>;

/** The lines of plain progress: one at the start and one at the end of each stage. */
class PlainLines {
  readonly #palette: Palette;
  readonly #redact: (text: string) => string;

  constructor(options: PlainOptions) {
    this.#palette = paletteFor(options.color);
    this.#redact = options.redact;
  }

  /** Null: nothing to say. */
  line(event: RunEvent): string | null {
    switch (event.type) {
      case 'run_started':
        return null;
      case 'stage_started': {
        const command = this.#show(commandOf(event.stage));
        return this.#join(this.#palette.cyan('▶'), event.stage, this.#palette.dim(command));
      }
      case 'attempt_failed': {
        const left = event.left === 1 ? 'one more try' : `${plural(event.left, 'more try', 'more tries')}`;
        const detail = clip(event.detail, LINE_MAX_CHARS);
        const text = this.#show(`attempt ${event.attempt} failed, ${left}: ${detail}`);
        return this.#join(this.#palette.yellow('↻'), event.stage, this.#palette.yellow(text));
      }
      case 'stage_finished':
        return this.#end(event.stage, event.result);
      default:
        return unreachable(event);
    }
  }

  #end(stage: PlannedStage, result: StageResult): string {
    const { symbol, tone } = stageWords(result.status);
    const text = this.#show(describeEndLine(stage, result));
    const sign = paintTone(this.#palette, tone, symbol);
    const isLoud = tone === 'bad' || tone === 'warn';
    return this.#join(sign, stage, isLoud ? paintTone(this.#palette, tone, text) : this.#palette.dim(text));
  }

  #show(text: string): string {
    return terminalText(this.#redact(text));
  }

  #join(sign: string, stage: PlannedStage, text: string): string {
    return `${sign} ${this.#palette.bold(this.#show(stage.settings.id))}${text === '' ? '' : `  ${text}`}`;
  }
}

/** Progress for logs: every line is written once and stays; no cursor moves. */
export function createPlainProgress(options: PlainOptions): Progress {
  const lines = new PlainLines(options);
  const write = (line: string) => options.stream.write(finishText([line]));
  return {
    restoreText: '',
    onEvent(event) {
      const line = lines.line(event);
      if (line !== null) write(line);
    },
    note: (text) => write(terminalText(options.redact(text))),
    close() {},
  };
}
