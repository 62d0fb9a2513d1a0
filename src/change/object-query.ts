import type { GitAnswer, GitConversation } from '../host/ports.ts';
import type { GateFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { gitFailure } from './git-failure.ts';
import { bytesFromPath } from './path-bytes.ts';
import type { PrivateGit } from './private-git.ts';

/** What git knows about an object without its contents. */
export interface ObjectInfo {
  readonly id: string;
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly bytes: number;
}

/** An object that is not there, or a name that fits several. */
export type ObjectAnswer = ObjectInfo | 'missing' | 'ambiguous';

/** Asks about objects while the change is being read. */
export interface ObjectQuery {
  /**
   * Answers in the order of the names: object ids or anything gitrevisions(7) knows. A name without a meaning is
   * `missing`. Names go through stdin, so none of them can be an option; one with a line break is a bug.
   */
  ask(names: readonly string[]): Promise<Result<readonly ObjectAnswer[]>>;
  /** Sizes of objects by id, in the order of the ids; 0 for one that is missing. For any number of them. */
  askSizes(ids: readonly string[]): Promise<Result<readonly number[]>>;
  /** Lets the process go. */
  finish(): void;
}

const CHECK = '--batch-check=%(objectname) %(objecttype) %(objectsize)';
const INFO = /^([0-9a-f]{40}(?:[0-9a-f]{24})?) (commit|tree|blob|tag) (\d+)$/;

/** Beyond this a process of its own, which does not flush after every line, is quicker. */
const MAX_CONVERSED = 1_000;

function parseInfo(line: string): ObjectAnswer {
  const match = INFO.exec(line);
  const type = match?.[2];
  if (type === 'commit' || type === 'tree' || type === 'blob' || type === 'tag') {
    return { id: match?.[1] ?? '', type, bytes: Number(match?.[3]) };
  }
  return line.endsWith(' ambiguous') ? 'ambiguous' : 'missing';
}

function formatNames(names: readonly string[]): Buffer {
  const text = names.join('\n');
  if (text.split('\n').length !== Math.max(1, names.length))
    throw new Error('an object name has a line break');
  return bytesFromPath(`${text}\n`);
}

interface Question {
  readonly names: readonly string[];
  readonly answers: ObjectAnswer[];
  readonly settle: (result: Result<readonly ObjectAnswer[]>) => void;
}

/** Starts the process that answers; it stays until `finish`. */
export function openObjectQuery(git: PrivateGit): ObjectQuery {
  const questions: Question[] = [];
  let rest = '';
  let failure: GateFailure | null = null;
  const receive = (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const question = questions[0];
      if (question === undefined) return;
      question.answers.push(parseInfo(line));
      if (question.answers.length < question.names.length) continue;
      questions.shift();
      question.settle(ok(question.answers));
    }
  };
  const conversation: GitConversation = git.converse(['cat-file', CHECK], receive);
  const giveUp = (answer: GitAnswer) => {
    failure = gitFailure(answer, 'git ended while it was asked about objects');
    for (const question of questions.splice(0)) question.settle(err(failure));
  };
  void conversation.ended.then(giveUp);
  const converse = (names: readonly string[]) =>
    new Promise<Result<readonly ObjectAnswer[]>>((settle) => {
      if (failure !== null) return settle(err(failure));
      questions.push({ names, answers: [], settle });
      conversation.write(formatNames(names));
    });
  return {
    ask: async (names) => (names.length === 0 ? ok([]) : await converse(names)),
    async askSizes(ids) {
      if (ids.length > MAX_CONVERSED) return await askSizesInBulk(git, ids);
      const answers = ids.length === 0 ? ok([]) : await converse(ids);
      return answers.ok ? ok(answers.value.map(sizeOf)) : answers;
    },
    finish: () => conversation.finish(),
  };
}

function sizeOf(answer: ObjectAnswer): number {
  return typeof answer === 'object' ? answer.bytes : 0;
}

async function askSizesInBulk(git: PrivateGit, ids: readonly string[]): Promise<Result<readonly number[]>> {
  const sizes: number[] = [];
  let rest = '';
  const answer = await git.run(['cat-file', '--buffer', CHECK], {
    input: Buffer.from(`${ids.join('\n')}\n`, 'latin1'),
    onStdout(chunk) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) sizes.push(sizeOf(parseInfo(line)));
    },
  });
  if (answer.exitCode === 0 && sizes.length === ids.length) return ok(sizes);
  return err(gitFailure(answer, 'the sizes of the changed files cannot be read'));
}
