/**
 * Precision and recall of the built-in review rules over the labelled corpus in bench/rules/corpus.
 * `node bench/rules.mjs` prints the table, `--mismatches` also every case that is not as labelled,
 * `--docs` prints docs/rules.md instead.
 */
import { renderRules } from '../src/stages/review/rules-page.ts';
import { precisionOf, recallOf, scoreCorpus } from './rules/score.ts';

const percent = (value) => `${(value * 100).toFixed(1)} %`;

function printRow(name, rules) {
  const sum = (key) => rules.reduce((total, rule) => total + rule[key], 0);
  const counts = ['truePositives', 'falsePositives', 'falseNegatives'].map((key) =>
    String(sum(key)).padStart(6),
  );
  const shares = [precisionOf(rules), recallOf(rules)].map((value) => percent(value).padStart(9));
  process.stdout.write(`${name.padEnd(40)}${counts.join('')}${shares.join('')}\n`);
}

async function main() {
  if (process.argv.includes('--docs')) {
    process.stdout.write(renderRules());
    return;
  }
  const { cases, rules, mismatches } = await scoreCorpus();
  process.stdout.write(`${cases} cases\n${'rule'.padEnd(40)} right wrong  none precision   recall\n`);
  for (const rule of rules) printRow(`P${rule.priority} ${rule.ruleId}`, [rule]);
  for (const priority of [0, 1, 2, 3]) {
    printRow(
      `all P${priority}`,
      rules.filter((rule) => rule.priority === priority),
    );
  }
  printRow('all', rules);
  if (!process.argv.includes('--mismatches')) return;
  for (const { name, unexpected, missing } of mismatches) {
    const parts = [
      unexpected.length > 0 ? `unexpected ${unexpected.join(', ')}` : '',
      missing.length > 0 ? `missing ${missing.join(', ')}` : '',
    ];
    process.stdout.write(`${name}: ${parts.filter((part) => part !== '').join('; ')}\n`);
  }
}

await main();
