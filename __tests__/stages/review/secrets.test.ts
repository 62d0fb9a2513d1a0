import { describe, expect, test } from '@jest/globals';
import { looksGenerated } from '../../../src/stages/review/secret-plausibility.ts';
import { review, reviewAdded } from './review-scenes.ts';

/** Made up, and put together here: scanners of hosting platforms read this file, too. */
const GITHUB = `ghp_${'k3Jd8sLq2Zx9Vb7NmT4wYc6RpF1hGa5EuWzX'}`;
const AWS_SECRET = `${'8sK2vQx7mZ4bYw9cRt6f'}Hj3gLp5dNa1eUo0iXqWz`;
const KEY_LINE = `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj'}AgEAAoIBAQDk8vX4mLw9RtYb`;
const PEM = ['-----BEGIN PRIVATE KEY-----', KEY_LINE, '-----END PRIVATE KEY-----'].join('\n');

describe('a finding never holds the secret', () => {
  const everywhere = [
    `const a = '${GITHUB}';`,
    `// TODO: rotate ${GITHUB}`,
    `eval(x); // eslint-disable-line ${GITHUB}`,
    `const b = load('https://bot:${GITHUB}@git.acme.net/x.git') as any;`,
    `const awsSecretKey = '${AWS_SECRET}';`,
  ].join('\n');

  test('in titles, bodies, details, logs and waivers', async () => {
    const workflow = `on: push\njobs:\n  a:\n    steps:\n      - name: ${GITHUB}\n        run: npm test || true # ${GITHUB}\n        continue-on-error: true\n`;
    const { result, log } = await review(
      { 'package.json': '{}' },
      {
        'src/a.ts': everywhere,
        '.github/workflows/a.yml': workflow,
        'package.json': `{"scripts":{"postinstall":"curl -u x:${GITHUB} https://a.b"}}`,
        '.gitmodules': `[submodule "a"]\n\turl = https://bot:${GITHUB}@git.acme.net/x.git\n`,
        'package-lock.json': `"resolved": "https://bot:${GITHUB}@npm.acme.net/a.tgz",\n`,
      },
    );
    const rules = new Set(result.findings.map(({ ruleId }) => ruleId));
    expect([...rules].sort()).toEqual([
      'review/ci-failure-ignored',
      'review/install-script',
      'review/lockfile-source',
      'review/secret-added',
      'review/submodule-moved',
      'review/suppressed-check',
      'review/todo-without-issue',
      'review/unsafe-cast',
    ]);
    const everything = JSON.stringify(result) + log;
    for (const secret of [GITHUB, AWS_SECRET]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(secret.slice(0, 10));
      expect(everything).not.toContain(secret.slice(-10));
    }
    expect(everything).toContain('GitHub token (ghp_…, 40 characters)');
  });

  test('nor is it in the fingerprint: another secret of the same kind has the same one', async () => {
    const other = GITHUB.replace('k3Jd', 'z9Qw');
    const [one, two] = await Promise.all(
      [GITHUB, other].map(async (token) => (await review({}, { 'a.ts': `const t = '${token}';\n` })).result),
    );
    expect(one?.findings[0]?.fingerprint).toBe(two?.findings[0]?.fingerprint);
  });

  test('a short one is not shown at all', async () => {
    const { result } = await review({}, { '.env': `DB_PASSWORD=${'f7K2xQ9v'}Lm4Z\n` });
    expect(result.findings[0]?.title).toBe('Possible secret: a value that looks generated (12 characters)');
  });
});

describe('where secrets are looked for', () => {
  test('on every added line, each with its number', async () => {
    const text = `a\nb = '${GITHUB}'\nc\nd = '${GITHUB}'\n`;
    expect(await reviewAdded('notes.txt', text)).toEqual([
      'P0 secret-added notes.txt:2',
      'P0 secret-added notes.txt:4',
    ]);
  });

  test('deep inside a very long line, once', async () => {
    const line = `${'var a=1;'.repeat(40_000)}"${GITHUB}"${';b()'.repeat(40_000)}`;
    expect(await reviewAdded('public/app.min.js', `x\n${line}\n`)).toEqual([
      'P0 secret-added public/app.min.js:2',
    ]);
  });

  test('across many small files', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `src/f${index}.txt`,
        index === 299 ? `${GITHUB}\n` : 'nothing here\n',
      ]),
    );
    expect((await review({}, files)).found).toEqual(['P0 secret-added src/f299.txt:1']);
  });

  test('not on lines that were there before, moved or indented anew', async () => {
    const before = { 'a.ts': `const t = '${GITHUB}';\nrun();\n` };
    const after = { 'a.ts': `if (x) {\n  const t = '${GITHUB}';\n}\nrun();\n` };
    expect((await review(before, after)).found).toEqual([]);
    expect((await review(after, before)).found).toEqual([]);
  });

  test('a second copy of an old secret is a new one', async () => {
    const before = { 'a.ts': `const t = '${GITHUB}';\n` };
    const after = { ...before, 'b.ts': `const t = '${GITHUB}';\n` };
    expect((await review(before, after)).found).toEqual(['P0 secret-added b.ts:1']);
  });

  test('comments of the scanner in the change excuse nothing', async () => {
    const text = `/* secretlint-disable */\nconst t = '${GITHUB}'; // secretlint-disable-line\n`;
    expect(await reviewAdded('a.js', text)).toContain('P0 secret-added a.js:2');
  });

  test('a private key counts by its text, in code and alone, but less in fixtures', async () => {
    expect(await reviewAdded('deploy/key.pem', `${PEM}\n`)).toEqual(['P0 secret-added deploy/key.pem:1']);
    const quoted = `const key = ${JSON.stringify(PEM)};\n`;
    expect(await reviewAdded('src/key.ts', quoted)).toEqual(['P0 secret-added src/key.ts:1']);
    expect(await reviewAdded('test/fixtures/key.pem', `${PEM}\n`)).toEqual([
      'P3 possible-secret test/fixtures/key.pem:1',
    ]);
    const header = PEM.split('\n')[0];
    expect(await reviewAdded('src/key.ts', `const isKey = text.startsWith('${header}');\n`)).toEqual([]);
    expect(
      await reviewAdded('docs/a.md', `${header} is how a key begins, and a certificate in another way\n`),
    ).toEqual([]);
  });
});

describe('values that look generated', () => {
  test.each(['Zq8xKv2Lm9WtR4', '4f9a7c2e8b1d60359e7a', 'p4$sXk9!mQ2z'])('%s does', (value) => {
    expect(looksGenerated(value)).toBe(true);
  });

  test.each([
    'changeme-please',
    'your-api-key-1234',
    'process.env.TOKEN_1',
    'abcdefghij123456',
    'aaaaaaaaaaaaaaaa',
    'https://example.com/a1b2',
    '/run/secrets/token_v2',
    'refresh-token-v12',
    'MyVeryLongClassName2',
    '{{ token_from_1_2 }}',
    '12345678901234567890',
    'short1A',
  ])('%s does not', (value) => {
    expect(looksGenerated(value)).toBe(false);
  });
});
