import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { renderSarif } from '../../src/report/sarif.ts';

/** What the tests look at of a `result`. */
export interface ResultView {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
      readonly region?: { readonly startLine: number; readonly endLine: number };
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly unknown[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the tests look at of the only run in a SARIF log. */
export interface RunView {
  readonly tool: {
    readonly driver: {
      readonly name: string;
      readonly rules: readonly { readonly id: string; readonly properties: { readonly tags?: string[] } }[];
    };
  };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly [
    {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly {
        readonly level: string;
        readonly message: { readonly text: string };
      }[];
    },
  ];
  readonly results: readonly ResultView[];
  readonly properties: Readonly<Record<string, unknown>>;
}

const SCHEMA_FILE = path.join(import.meta.dirname, 'fixtures', 'sarif-2.1.0.schema.json');
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile<{
  readonly runs: readonly [RunView];
}>(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));

/** RFC 3986: a relative reference that is a path without dot segments and without a colon. */
const RELATIVE_PATH = /^(?:[\w\-.~!$&'()*+,;=@]|%[0-9A-F]{2}|\/)+$/;

/** The run in a text that the standard's schema accepts and that keeps what the schema cannot say. */
export function readSarif(text: string): RunView {
  expect(text.endsWith('}\n')).toBe(true);
  expect(text.indexOf('\n')).toBe(text.length - 1);
  const log: unknown = JSON.parse(text);
  if (!validate(log)) throw new Error(JSON.stringify(validate.errors?.slice(0, 3), null, 2));
  const [run] = log.runs;
  const { rules } = run.tool.driver;
  for (const { ruleId, ruleIndex, locations } of run.results) {
    if (rules[ruleIndex]?.id !== ruleId) expect(ruleId).toBe('the id of its rule');
    const uri = locations[0]?.physicalLocation.artifactLocation.uri ?? '';
    if (!RELATIVE_PATH.test(uri) || uri.startsWith('/') || uri.split('/').includes('..'))
      expect(uri).toBe('a relative path');
  }
  const withSuppressions = run.results.filter(({ suppressions }) => suppressions !== undefined);
  expect([0, run.results.length]).toContain(withSuppressions.length);
  return run;
}

/** Renders and reads back. */
export function sarifOf(manifest: RunManifest): RunView {
  return readSarif(renderSarif(manifest));
}
