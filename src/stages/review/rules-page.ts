import { RULES } from './rules.ts';

const PRIORITIES = [
  'P0: blocks a release',
  'P1: blocks a merge',
  'P2: should be looked at',
  'P3: a hint',
] as const;

const HEAD = `# Rules of the built-in reviewer

The stage \`review\` with the reviewer \`builtin\` reads the lines that a change adds and removes, from the pinned snapshot. What follows is every rule it has. A finding fails the stage when its priority is \`fail_on\` or worse and it is certain enough (\`min_confidence\`); by default P0 and P1 fail.

Lines that only moved, or that were found before and changed in something else, are no findings. Code is told from text and comments by language. Of copied code (\`vendor\`, \`third_party\`, \`node_modules\`) and generated files only secrets, conflict markers, hidden characters, sizes and modes are looked at; a test that runs alone is found in generated code, too. Binaries are weighed, not read.

## Setting a rule aside

Suppressions come from the merge base, never from the change itself, need a reason in words, and are recorded with the run.

- A comment \`gate-ignore review/<rule>: <reason>\` on a line of its own covers the next line, behind code its own line; \`gate-ignore-file review/<rule>: <reason>\` covers the file.
- \`.github/gate-suppressions.yml\` covers paths:

\`\`\`yaml
version: 1
suppressions:
  - rule: review/possible-secret
    path: test/keys/**
    reason: made for the tests, they open nothing
    expires: 2027-06-30
\`\`\`

An entry that is not valid or has expired is named in a warning and does not count.
`;

function asCode(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text}${fence}`;
}

function renderRule(rule: (typeof RULES)[number]): string {
  return [
    `### ${rule.id}`,
    '',
    `${rule.title}. ${rule.looksFor}`,
    '',
    `To mend: ${rule.mend}`,
    '',
    `- found: ${asCode(rule.hit)}`,
    `- not found: ${asCode(rule.nearMiss)}`,
    '',
  ].join('\n');
}

/** The page docs/rules.md, made of the rules themselves. */
export function renderRules(): string {
  const sections = PRIORITIES.map((title, priority) => {
    const rules = RULES.filter((rule) => rule.priority === priority).map(renderRule);
    return `## ${title}\n\n${rules.join('\n')}`;
  });
  return `${[HEAD, ...sections].join('\n').trimEnd()}\n`;
}
