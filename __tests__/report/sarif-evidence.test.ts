import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRedactor } from '../../src/evidence/redaction.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import type { Finding } from '../../src/run/finding.ts';
import { failed } from '../../src/run/stage-result.ts';
import { commandStage, makeFolder, openSampleRun, PASSED, unwrap } from '../evidence/sample-run.ts';
import { readSarif } from './sarif-document.ts';

let root: string;
let remove: () => void;

beforeEach(() => {
  ({ folder: root, remove } = makeFolder());
});

afterEach(() => remove());

test('redaction hides secrets in the kept file and leaves it whole, whatever a pattern takes', () => {
  const patterns = [/uri.*/, /hunter2/];
  const record = openSampleRun(root, {}, createRedactor({ literals: ['s3cr3t-value'], patterns }));
  const stage = commandStage(1, 'docs');
  const finding: Finding = {
    ...{ ruleId: 'docs/r', title: 'says s3cr3t-value', body: 'and hunter2', priority: 1, confidence: null },
    ...{ path: 'a/s3cr3t-value.md', startLine: 1, endLine: 1, side: 'new', suggestion: 'use s3cr3t-value' },
    ...{ fingerprint: 'f', source: { id: 'docs', version: '1', model: null } },
  };
  unwrap(record.stageStarted(stage, 0));
  record.stageFinished(stage, failed('findings', 'bad', { findings: [finding] }));
  unwrap(
    record.finish(PASSED, (manifest) => [
      { name: 'findings.sarif', text: renderSarif(manifest), isJson: true },
    ]),
  );
  const kept = readFileSync(path.join(record.paths.runDir, 'findings.sarif'), 'utf8');
  expect(kept).not.toMatch(/s3cr3t|hunter2/);
  expect(readSarif(kept).results.map(({ message }) => message.text)).toEqual([
    'says ***.\n\nand ***\n\nSuggestion: use ***',
  ]);
});
