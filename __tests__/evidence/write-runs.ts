/** Child process of the tests: `write-runs.ts ROOT TASK COUNT` records whole runs and prints their ids. */
import path from 'node:path';
import { beginRun } from '../../src/evidence/run-record.ts';
import { describeFailure, failureExitCode } from '../../src/kernel/failure.ts';
import { finishSampleRun, NOTHING_SECRET, sampleFacts, WALL_CLOCK } from './sample-run.ts';

const [root = '', taskId = 'task', count = '1'] = process.argv.slice(2);

for (let run = 0; run < Number(count); run += 1) {
  const facts = sampleFacts({ taskId });
  const runsDir = path.join(root, '.runs');
  const begun = beginRun({ root, runsDir, facts, redactor: NOTHING_SECRET, clock: WALL_CLOCK });
  const finished = begun.ok ? finishSampleRun(begun.value, facts.stages) : begun;
  if (!finished.ok) {
    process.stderr.write(`${describeFailure(finished.error)}\n`);
    process.exit(failureExitCode(finished.error));
  }
  process.stdout.write(`${facts.runId}\n`);
}
