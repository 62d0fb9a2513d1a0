import { formatDuration } from '../../kernel/duration.ts';
import type { PlannedStage } from '../../plan/plan.ts';
import type { RunEvent } from '../../run/events.ts';
import type { StageResult } from '../../run/stage-result.ts';
import { type Palette, paletteFor } from '../color.ts';
import { truncateToWidth } from '../display-width.ts';
import { REPAINT_INTERVAL_MS, TERMINAL_MAX_WIDTH, TERMINAL_MIN_WIDTH } from '../limits.ts';
import { stageWords } from '../status-words.ts';
import { layoutTable, paintRow, type TableCells } from '../terminal-table.ts';
import { finishLine, terminalText } from '../terminal-text.ts';
import { LiveBlock } from './live-block.ts';
import type { Progress, ProgressOptions } from './progress-options.ts';
import { commandOf, describeEnd, formatElapsed } from './stage-words.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;

/** Rows where a stream does not say. */
const DEFAULT_ROWS = 24;

/** Room for `3.21 s` and `120 ms`, so that the columns do not move while time passes. */
const DURATION_MIN_WIDTH = 6;

interface Running {
  readonly startedMs: number;
  readonly attempt: number;
}

/** One stage on the display. Texts are fit for a terminal. */
interface LiveStage {
  readonly name: string;
  readonly command: string;
  readonly expected: string;
  /** Null before it starts and after it ended. */
  readonly running: Running | null;
  /** What its line shows for good; null before it ended. */
  readonly ended: TableCells | null;
  /** Its line was written above the block already. */
  readonly isPrinted: boolean;
}

/** The display of one run on a terminal. */
class LiveDisplay {
  readonly #options: ProgressOptions;
  readonly #palette: Palette;
  readonly #block: LiveBlock;
  readonly #stages = new Map<number, LiveStage>();
  #stopTimer: (() => void) | null = null;
  #frame = 0;
  /** More stages than rows: lines of ended stages scroll away, only the running one is repainted. */
  #isScrolling = false;
  #state: 'new' | 'open' | 'closed' = 'new';

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#palette = paletteFor(options.color);
    this.#block = new LiveBlock(options.stream);
  }

  handle(event: RunEvent): void {
    if (this.#state === 'closed') return;
    this.#apply(event);
    this.#open();
    this.#paint();
  }

  note(text: string): void {
    if (this.#state === 'closed') return;
    this.#block.print(finishLine(this.#show(text)));
  }

  close(): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#stopTimer?.();
    this.#block.clear();
    if (wasOpen) this.#options.stream.write(SHOW_CURSOR);
  }

  #open(): void {
    if (this.#state === 'open') return;
    this.#state = 'open';
    this.#options.stream.write(HIDE_CURSOR);
    const every = this.#options.every ?? everyUnreferenced;
    this.#stopTimer = every(REPAINT_INTERVAL_MS, () => this.#tick());
  }

  /** A bug here must not leave a terminal without its cursor. */
  #tick(): void {
    if (this.#state !== 'open') return;
    try {
      this.#frame += 1;
      this.#paint();
    } catch (bug) {
      this.close();
      throw bug;
    }
  }

  #show(text: string): string {
    return terminalText(this.#options.redact(text));
  }

  #apply(event: RunEvent): void {
    if (event.type === 'run_started') {
      for (const stage of event.plan.stages) this.#stages.set(stage.index, this.#newStage(stage));
      return;
    }
    const { stage } = event;
    const known = this.#stages.get(stage.index) ?? this.#newStage(stage);
    const startedMs = known.running?.startedMs ?? this.#options.clock.monotonicMs();
    if (event.type === 'stage_finished') {
      const ended = this.#endCells(stage, event.result);
      this.#stages.set(stage.index, { ...known, running: null, ended });
    } else {
      const attempt = event.type === 'attempt_failed' ? event.attempt + 1 : 1;
      this.#stages.set(stage.index, { ...known, running: { startedMs, attempt } });
    }
  }

  #newStage(stage: PlannedStage): LiveStage {
    const { id } = stage.settings;
    const expectedMs = this.#options.expectedMs?.(id) ?? null;
    return {
      name: this.#show(id),
      command: this.#show(commandOf(stage)),
      expected: expectedMs === null ? '' : `of about ${formatDuration(expectedMs)}`,
      running: null,
      ended: null,
      isPrinted: false,
    };
  }

  #endCells(stage: PlannedStage, result: StageResult): TableCells {
    const { symbol, tone } = stageWords(result.status);
    const { what, tests } = describeEnd(stage, result);
    const words = result.status === 'passed' ? [tests, what] : [what, tests];
    return {
      symbol,
      tone,
      name: this.#show(stage.settings.id),
      duration: result.durationMs === null ? '' : formatDuration(result.durationMs),
      detail: this.#show(words.filter((word) => word !== '').join(' · ')),
      isNotable: result.reason === 'flaky',
    };
  }

  #cells(stage: LiveStage): TableCells {
    if (stage.ended !== null) return stage.ended;
    const { name } = stage;
    if (stage.running === null) {
      const { symbol, tone } = stageWords('pending');
      return { symbol, tone, name, duration: '', detail: '', isNotable: false };
    }
    const { startedMs, attempt } = stage.running;
    const again = attempt === 1 ? '' : `attempt ${attempt}`;
    return {
      symbol: SPINNER[this.#frame % SPINNER.length] ?? SPINNER[0],
      tone: 'busy',
      name,
      duration: formatElapsed(this.#options.clock.monotonicMs() - startedMs),
      detail: [stage.expected, again, stage.command].filter((part) => part !== '').join(' · '),
      isNotable: false,
    };
  }

  #paint(): void {
    const { stream } = this.#options;
    const rows = stream.rows?.() ?? DEFAULT_ROWS;
    this.#isScrolling ||= this.#stages.size >= (rows > 0 ? rows : DEFAULT_ROWS);
    const stages = [...this.#stages.values()];
    const lines = this.#lines(stages.map((stage) => this.#cells(stage)));
    if (!this.#isScrolling) {
      this.#block.paint(lines);
      return;
    }
    for (const [at, [index, stage]] of [...this.#stages].entries()) {
      if (stage.ended === null || stage.isPrinted) continue;
      this.#block.paint([]);
      this.#block.print(lines[at] ?? '');
      this.#stages.set(index, { ...stage, isPrinted: true });
    }
    this.#block.paint(lines.filter((_, at) => (stages[at]?.running ?? null) !== null));
  }

  /** One line per stage, narrower than the window: a full row would wrap on some terminals. */
  #lines(cells: readonly TableCells[]): string[] {
    const columns = this.#options.stream.columns();
    const width = Math.min(TERMINAL_MAX_WIDTH, (columns > 0 ? columns : TERMINAL_MIN_WIDTH) - 1);
    if (width < TERMINAL_MIN_WIDTH) {
      return cells.map(({ symbol, name, duration }) =>
        finishLine(truncateToWidth(`${symbol} ${name} ${duration}`, width)),
      );
    }
    const layout = layoutTable(cells, width, DURATION_MIN_WIDTH);
    return cells.map((each) => paintRow(each, layout, this.#palette));
  }
}

function everyUnreferenced(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Progress for a terminal: a line per stage, repainted in place, and the cursor hidden meanwhile. */
export function createLiveProgress(options: ProgressOptions): Progress {
  const display = new LiveDisplay(options);
  return {
    restoreText: SHOW_CURSOR,
    onEvent: (event) => display.handle(event),
    note: (text) => display.note(text),
    close: () => display.close(),
  };
}
