import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fakeChange } from '../../__tests__/fakes/fake-snapshot.ts';
import type { Change, ChangedFile } from '../../src/change/change.ts';

/** A labelled change: what the built-in reviewer must find in it, and nothing else. */
export interface CorpusCase {
  /** `tests.cases: a focused suite`. */
  readonly name: string;
  readonly change: Change;
  readonly expected: readonly string[];
}

const FOLDER = path.join(import.meta.dirname, 'corpus');

/**
 * Secrets and invisible characters stand in the files in pieces, so that neither scanners of hosting platforms nor
 * editors touch them: `{{join gh p_ abc}}` is joined without the spaces, `{{u+202e}}` is the character.
 */
function assemble(text: string): string {
  return text
    .replace(/\{\{join ([^{}]*)\}\}/g, (_, parts: string) => parts.replaceAll(' ', ''))
    .replace(/\{\{u\+([0-9a-f]+)\}\}/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/\{\{repeat (\d+) ([^{}]*)\}\}/g, (_, times: string, what: string) =>
      Array.from({ length: Number(times) }, (__, index) => what.replaceAll('%n', String(index))).join('\n'),
    );
}

class CaseBuilder {
  readonly before: Record<string, string> = {};
  readonly after: Record<string, string> = {};
  readonly patches: ((file: ChangedFile) => ChangedFile)[] = [];

  /** One block: `+` added, `-` deleted, `=` unchanged, `~` lines that begin with a space, `-` or `+`. */
  addFile(kind: string, file: string, lines: readonly string[]): void {
    const join = (all: readonly string[]) => all.map((line) => `${assemble(line)}\n`).join('');
    const side = (sign: string) =>
      join(
        lines
          .filter((line) => line === '' || line.startsWith(' ') || line.startsWith(sign))
          .map((line) => line.slice(1)),
      );
    if (kind === '~') {
      this.before[file] = side('-');
      this.after[file] = side('+');
    }
    if (kind === '-' || kind === '=') this.before[file] = join(lines);
    if (kind === '+' || kind === '=') this.after[file] = join(lines);
  }

  patch(words: readonly string[]): void {
    const [what, file, from, to] = words;
    this.patches.push((changed) => {
      if (changed.path !== file) return changed;
      if (what === 'mode') return { ...changed, oldMode: from ?? '', newMode: to ?? '' };
      if (what === 'binary') {
        return {
          ...changed,
          binary: true,
          added: 0,
          deleted: 0,
          oldBytes: Number(from),
          newBytes: Number(to),
        };
      }
      throw new Error(`unknown patch ${what}`);
    });
  }

  build(): Change {
    const change = fakeChange(this.before, this.after);
    const files = change.files.map((file) => this.patches.reduce((changed, patch) => patch(changed), file));
    const binaries = new Set(files.filter(({ binary }) => binary).map((file) => file.path));
    const readLines = async () =>
      (await change.snapshot.readLines()).filter((file) => !binaries.has(file.path));
    return { ...change, files, snapshot: { ...change.snapshot, readLines } };
  }
}

function parseCase(name: string, body: readonly string[]): CorpusCase {
  const builder = new CaseBuilder();
  let expected: readonly string[] | null = null;
  let block: { kind: string; file: string; lines: string[] } | null = null;
  const finish = () => {
    if (block !== null) builder.addFile(block.kind, block.file, block.lines);
    block = null;
  };
  for (const line of body) {
    const header = /^@([+=~-]) (\S.*)$/.exec(line);
    if (header !== null) {
      finish();
      block = { kind: header[1] ?? '', file: assemble(header[2] ?? ''), lines: [] };
    } else if (line.startsWith('@! ')) {
      finish();
      builder.patch(line.slice(3).split(' '));
    } else if (line.startsWith('=> ')) {
      finish();
      expected =
        line === '=> none'
          ? []
          : line
              .slice(3)
              .split(', ')
              .map((rule) => `review/${rule.trim()}`);
    } else block?.lines.push(line);
  }
  if (expected === null) throw new Error(`${name}: a case ends with what it expects`);
  return { name, change: builder.build(), expected };
}

/** Reads every `*.cases` file: cases begin with `=== name` and end with `=> rule, rule` or `=> none`. */
export function loadCorpus(): readonly CorpusCase[] {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.cases'))
    .sort();
  return files.flatMap((file) => {
    const chunks = readFileSync(path.join(FOLDER, file), 'utf8').split(/^=== /m).slice(1);
    return chunks.map((chunk) => {
      const [title = '', ...body] = chunk.split('\n');
      return parseCase(`${file}: ${title}`, body);
    });
  });
}
