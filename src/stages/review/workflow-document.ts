import type { Document, LineCounter, Scalar, YAMLMap, YAMLSeq } from 'yaml';

/** A larger pipeline is not read; those of people have a few hundred lines. */
const MAX_WORKFLOW_BYTES = 524_288;

/** Nodes looked at in one file; aliases may make many out of few. */
const MAX_NODES = 50_000;

type Yaml = typeof import('yaml');
type PlainNode = YAMLMap | YAMLSeq | Scalar;

let loading: Promise<Yaml> | null = null;

/** Loads the YAML parser, once; nothing is read from disk after that. */
export function loadYaml(): Promise<Yaml> {
  loading ??= import('yaml');
  return loading;
}

/** A value with the lines it stands on (1-based) and its text as written. */
export interface Located {
  readonly value: string;
  readonly line: number;
  readonly endLine: number;
  /** As in the file, from its first character: line breaks are those of the file. */
  readonly raw: string;
}

export interface WorkflowStep {
  readonly line: number;
  readonly endLine: number;
  readonly id: string | null;
  readonly name: string | null;
  readonly uses: Located | null;
  readonly run: Located | null;
  readonly condition: Located | null;
  readonly continueOnError: Located | null;
  /** `with:` by key in small letters. */
  readonly inputs: ReadonlyMap<string, Located>;
}

/** Scopes and levels, or a level for all of them; null where nothing is said. */
export interface Permissions {
  readonly line: number;
  readonly all: 'read' | 'write' | 'none' | null;
  readonly scopes: ReadonlyMap<string, Located>;
}

export interface WorkflowJob {
  readonly id: string;
  readonly line: number;
  readonly endLine: number;
  readonly condition: Located | null;
  readonly continueOnError: Located | null;
  readonly permissions: Permissions | null;
  /** A job that calls another workflow has one step without a name. */
  readonly steps: readonly WorkflowStep[];
}

/** A workflow, or an action with its steps as one job. */
export interface Workflow {
  /** Events with the line of their name. */
  readonly triggers: ReadonlyMap<string, number>;
  readonly permissions: Permissions | null;
  readonly jobs: readonly WorkflowJob[];
}

/** A pipeline that was read, or what is wrong with it. */
export type WorkflowReading =
  | { readonly ok: true; readonly workflow: Workflow }
  | { readonly ok: false; readonly line: number | null; readonly problem: string };

interface Entry {
  readonly key: string;
  readonly line: number;
  readonly endLine: number;
  readonly node: PlainNode | null;
}

/** Reads nodes of one document, aliases followed, within a budget. */
class NodeReader {
  readonly #yaml: Yaml;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #text: string;
  #left = MAX_NODES;

  constructor(yaml: Yaml, document: Document.Parsed, lines: LineCounter, text: string) {
    this.#yaml = yaml;
    this.#document = document;
    this.#lines = lines;
    this.#text = text;
  }

  #lineOf(offset: number): number {
    return this.#lines.linePos(offset).line;
  }

  #resolve(node: unknown): PlainNode | null {
    this.#left -= 1;
    if (this.#left < 0 || !this.#yaml.isNode(node)) return null;
    const target = this.#yaml.isAlias(node) ? node.resolve(this.#document) : node;
    const { isMap, isSeq, isScalar } = this.#yaml;
    return isMap(target) || isSeq(target) || isScalar(target) ? target : null;
  }

  #endOf(node: PlainNode | null, from: number): number {
    const end = node?.range?.[1] ?? from;
    return this.#lineOf(Math.max(from, end - 1));
  }

  entries(node: unknown): readonly Entry[] {
    const map = this.#resolve(node);
    if (!this.#yaml.isMap(map)) return [];
    const found: Entry[] = [];
    for (const pair of map.items) {
      if (!this.#yaml.isScalar(pair.key)) continue;
      const start = pair.key.range?.[0] ?? 0;
      const value = this.#resolve(pair.value);
      const key = String(pair.key.value);
      found.push({ key, line: this.#lineOf(start), endLine: this.#endOf(value, start), node: value });
    }
    return found;
  }

  items(
    node: unknown,
  ): readonly { readonly line: number; readonly endLine: number; readonly node: PlainNode }[] {
    const sequence = this.#resolve(node);
    if (!this.#yaml.isSeq(sequence)) return [];
    return sequence.items.flatMap((item) => {
      const resolved = this.#resolve(item);
      if (resolved === null) return [];
      const start = resolved.range?.[0] ?? 0;
      return [{ line: this.#lineOf(start), endLine: this.#endOf(resolved, start), node: resolved }];
    });
  }

  scalar(node: unknown): Located | null {
    const scalar = this.#resolve(node);
    if (!this.#yaml.isScalar(scalar) || scalar.value === null) return null;
    const [start, end] = [scalar.range?.[0] ?? 0, scalar.range?.[1] ?? 0];
    const value = typeof scalar.value === 'string' ? scalar.value : String(scalar.value);
    return {
      value,
      line: this.#lineOf(start),
      endLine: this.#endOf(scalar, start),
      raw: this.#text.slice(start, end),
    };
  }
}

function find(entries: readonly Entry[], key: string): Entry | undefined {
  return entries.find((entry) => entry.key === key);
}

function readPermissions(reader: NodeReader, entry: Entry | undefined): Permissions | null {
  if (entry === undefined) return null;
  const scalar = reader.scalar(entry.node);
  const all = scalar?.value === 'write-all' ? 'write' : scalar?.value === 'read-all' ? 'read' : null;
  const scopes = new Map<string, Located>();
  for (const { key, node, line } of reader.entries(entry.node)) {
    const level = reader.scalar(node);
    if (level !== null) scopes.set(key, { ...level, line });
  }
  const isEmpty = scalar === null && scopes.size === 0;
  return { line: entry.line, all: isEmpty ? 'none' : all, scopes };
}

function readInputs(reader: NodeReader, node: unknown): ReadonlyMap<string, Located> {
  const inputs = new Map<string, Located>();
  for (const { key, node: value } of reader.entries(node)) {
    const scalar = reader.scalar(value);
    if (scalar !== null) inputs.set(key.toLowerCase(), scalar);
  }
  return inputs;
}

function readStep(reader: NodeReader, node: unknown, line: number, endLine: number): WorkflowStep {
  const entries = reader.entries(node);
  const scalar = (key: string) => reader.scalar(find(entries, key)?.node);
  return {
    line,
    endLine,
    id: scalar('id')?.value ?? null,
    name: scalar('name')?.value ?? null,
    uses: scalar('uses'),
    run: scalar('run'),
    condition: scalar('if'),
    continueOnError: scalar('continue-on-error'),
    inputs: readInputs(reader, find(entries, 'with')?.node),
  };
}

function readJob(reader: NodeReader, entry: Entry): WorkflowJob {
  const entries = reader.entries(entry.node);
  const steps = reader
    .items(find(entries, 'steps')?.node)
    .map(({ node, line, endLine }) => readStep(reader, node, line, endLine));
  const called = find(entries, 'uses');
  if (called !== undefined) steps.push(readStep(reader, entry.node, called.line, called.endLine));
  return {
    id: entry.key,
    line: entry.line,
    endLine: entry.endLine,
    condition: reader.scalar(find(entries, 'if')?.node),
    continueOnError: reader.scalar(find(entries, 'continue-on-error')?.node),
    permissions: readPermissions(reader, find(entries, 'permissions')),
    steps,
  };
}

/** `on: push`, `on: [push]`, `on: { push: … }`. */
function readTriggers(reader: NodeReader, entry: Entry | undefined): ReadonlyMap<string, number> {
  if (entry === undefined) return new Map();
  const single = reader.scalar(entry.node);
  if (single !== null) return new Map([[single.value, single.line]]);
  const listed = reader.items(entry.node).flatMap(({ node, line }) => {
    const name = reader.scalar(node);
    return name === null ? [] : [[name.value, line] as const];
  });
  return new Map([...listed, ...reader.entries(entry.node).map(({ key, line }) => [key, line] as const)]);
}

function readDocument(reader: NodeReader, root: unknown): Workflow {
  const entries = reader.entries(root);
  const runs = find(entries, 'runs');
  const jobs = reader.entries(find(entries, 'jobs')?.node).map((entry) => readJob(reader, entry));
  if (runs !== undefined) jobs.push(readJob(reader, runs));
  return {
    triggers: readTriggers(reader, find(entries, 'on')),
    permissions: readPermissions(reader, find(entries, 'permissions')),
    jobs,
  };
}

/** A hundred collections opened in one breath: nobody writes that, and the parser would recurse into it. */
const TOO_DEEP = /(?:[[{]\s{0,8}){100}|(?:[-?] {1,4}){100}/;

/** Reads a workflow or an action from untrusted text; broken YAML is an answer, not an error. */
export async function readWorkflow(text: string): Promise<WorkflowReading> {
  if (Buffer.byteLength(text) > MAX_WORKFLOW_BYTES) {
    return { ok: false, line: null, problem: 'it is larger than 512 KiB' };
  }
  if (TOO_DEEP.test(text)) return { ok: false, line: null, problem: 'it is nested too deeply' };
  const yaml = await loadYaml();
  const lineCounter = new yaml.LineCounter();
  try {
    const options = { lineCounter, prettyErrors: false, logLevel: 'silent', uniqueKeys: false } as const;
    const document = yaml.parseDocument(text, options);
    const [error] = document.errors;
    if (error !== undefined) {
      return { ok: false, line: lineCounter.linePos(error.pos[0]).line, problem: error.message };
    }
    const reader = new NodeReader(yaml, document, lineCounter, text);
    return { ok: true, workflow: readDocument(reader, document.contents) };
  } catch (error) {
    // The parser recurses: thousands of levels end its stack.
    const problem = error instanceof RangeError ? 'it is nested too deeply' : String(error);
    return { ok: false, line: null, problem };
  }
}
