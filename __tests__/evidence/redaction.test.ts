import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  createRedactor,
  parseRedactRules,
  type Redactor,
  secretsOfEnvironment,
} from '../../src/evidence/redaction.ts';
import { formsOfSecret } from '../../src/evidence/redaction-forms.ts';

function redactorOf(literals: readonly string[], patterns: readonly RegExp[] = []): Redactor {
  return createRedactor({ literals, patterns });
}

/** The output in chunks of the given sizes, the last repeated; each chunk's memory is overwritten after use. */
function pass(redactor: Redactor, input: Buffer | string, sizes: readonly number[] = [1_000_000]): Buffer {
  const bytes = Buffer.from(input);
  const stream = redactor.stream();
  const out: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? 1);
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    out.push(Buffer.from(stream.push(chunk)));
    chunk.fill(0x21);
    at += size;
  }
  out.push(stream.end());
  return Buffer.concat(out);
}

const sizesArbitrary = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 });
/** Secrets as people have them. Asterisks are left out: a mask itself could complete one. */
const secretArbitrary = fc
  .oneof(
    fc.string({ minLength: 4, maxLength: 40 }),
    fc.string({ minLength: 4, maxLength: 12, unit: fc.constantFrom('a', 'b', '"', '&', ' ', '/', '+') }),
    fc.string({ minLength: 4, maxLength: 30, unit: 'grapheme' }),
  )
  .filter((secret) => secret.trim().length >= 4 && !secret.includes('*'));

describe('any secret, any cut', () => {
  test('the output never contains it', () => {
    fc.assert(
      fc.property(
        fc.array(secretArbitrary, { minLength: 1, maxLength: 4 }),
        fc.array(fc.string({ maxLength: 10 }), { minLength: 1, maxLength: 6 }),
        sizesArbitrary,
        (secrets, words, sizes) => {
          const text = words
            .map((word, index) => word.replaceAll('*', '') + secrets[index % secrets.length])
            .join('');
          const out = pass(redactorOf(secrets), text, sizes).toString('latin1');
          for (const secret of secrets) expect(out).not.toContain(Buffer.from(secret).toString('latin1'));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cuts change nothing', () => {
    fc.assert(
      fc.property(
        fc.array(secretArbitrary, { minLength: 1, maxLength: 3 }),
        fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 6 }),
        sizesArbitrary,
        (secrets, words, sizes) => {
          const text = words.map((word, index) => word + (secrets[index % secrets.length] ?? '')).join('\n');
          expect(pass(redactorOf(secrets), text, sizes)).toEqual(pass(redactorOf(secrets), text));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('bytes without secrets are untouched, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), sizesArbitrary, (bytes, sizes) => {
        expect(
          pass(redactorOf(['long secret \u0001 that is not in there']), Buffer.from(bytes), sizes),
        ).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 200 },
    );
  });

  test('nothing to hide: the chunk itself comes back', () => {
    const chunk = Buffer.from('plain output\n');
    expect(redactorOf([]).stream().push(chunk)).toBe(chunk);
  });

  test('overlapping secrets are hidden as one stretch, also over a cut', () => {
    for (const size of [1, 2, 3, 5, 100]) {
      expect(pass(redactorOf(['abcd', 'cdefgh', 'fghi']), 'x abcdefghi y abcd z', [size]).toString()).toBe(
        'x *** y *** z',
      );
    }
  });

  test('the beginning of a secret is held back, anything else is not', () => {
    const stream = redactorOf(['secret-value']).stream();
    expect(stream.push(Buffer.from('progress 1')).toString()).toBe('progress 1');
    expect(stream.push(Buffer.from(' secret-')).toString()).toBe(' ');
    expect(stream.peek().toString()).toBe('secret-');
    expect(stream.push(Buffer.from('valu')).toString()).toBe('');
    expect(stream.push(Buffer.from('e.')).toString()).toBe('***.');
    expect(stream.end().toString()).toBe('');
  });
});

describe('the forms of a secret', () => {
  const secret = 'p&ss "w<rd\\/\u00e9\'+ 100%';

  const forms: readonly (readonly [string, string])[] = [
    ['JSON', JSON.stringify(secret)],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ secret }))],
    ['JSON in ASCII', JSON.stringify(secret).replace('\u00e9', '\\u00e9')],
    ['URL', encodeURIComponent(secret)],
    ['a form', new URLSearchParams({ secret }).toString()],
    ['hex', Buffer.from(secret).toString('hex')],
    ['HEX', Buffer.from(secret).toString('hex').toUpperCase()],
    [
      'XML',
      secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&apos;'),
    ],
    ['XML text', secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
    ['a shell trace', `+ curl '${secret.replaceAll("'", `'\\''`)}'`],
  ];

  test.each(forms)('%s', (_name, text) => {
    const out = pass(redactorOf([secret]), `before ${text} after`, [7]).toString();
    expect(out).toContain('***');
    for (const part of ['p&ss', 'w<rd', '100%', '7026737320', 'p%26ss', 'p&amp;ss'])
      expect(out).not.toContain(part);
    expect(out).toMatch(/^before .* after$/);
  });

  test('base64, whatever stands before and behind it', () => {
    fc.assert(
      fc.property(
        fc
          .string({ minLength: 8, maxLength: 60 })
          .filter((text) => text.trim() === text && !text.includes('*')),
        fc.string({ maxLength: 5 }),
        fc.string({ maxLength: 5 }),
        fc.constantFrom<'base64' | 'base64url'>('base64', 'base64url'),
        (value, before, after, encoding) => {
          const encoded = Buffer.from(before + value + after).toString(encoding);
          const out = pass(redactorOf([value]), encoded, [9]).toString();
          expect(out).toContain('***');
          // At most the characters that also hold bits of a neighbour are left: two on each side.
          const kept = out.replace('***', '').length;
          const foreign =
            Math.ceil((Buffer.byteLength(before) * 8) / 6) + Math.ceil((Buffer.byteLength(after) * 8) / 6);
          expect(kept).toBeLessThanOrEqual(foreign + 4);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('base64 broken into lines', () => {
    const long = Array.from({ length: 40 }, (_, index) => `part-${index}`).join(':');
    for (const columns of [64, 76]) {
      const lines =
        Buffer.from(long)
          .toString('base64')
          .match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
      const out = pass(redactorOf([long]), lines.join('\n')).toString();
      for (const line of lines.filter((text) => text.length >= 6)) expect(out).not.toContain(line);
    }
  });

  test('a key file: whole, per line, CRLF, indented, with \\n written out', () => {
    const body = Array.from({ length: 5 }, (_, index) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${index}`);
    const key = ['-----BEGIN PRIVATE KEY-----', ...body, 'Qw==', '-----END PRIVATE KEY-----', ''].join('\n');
    const redactor = redactorOf([key]);
    for (const text of [
      key,
      key.replaceAll('\n', '\r\n'),
      key.replaceAll('\n', '\n    '),
      JSON.stringify(key),
      body[3] ?? '',
      Buffer.from(key).toString('base64'),
    ]) {
      const out = pass(redactor, text, [13]).toString();
      for (const line of body) expect(out).not.toContain(line);
      expect(out).toContain('***');
    }
    expect(pass(redactorOf([key.trim().replaceAll('\n', '\\n')]), key).toString()).not.toContain(
      body[2] ?? '',
    );
  });

  test('a secret of 100 KiB', () => {
    const long = Array.from({ length: 12_500 }, (_, index) => String(index).padStart(7, '0')).join('-');
    const out = pass(redactorOf([long]), `a ${long} b`, [4_096]).toString();
    // Long values are hidden in pieces of 2 KiB.
    expect(out).toMatch(/^a \*+ b$/);
  });

  test('a value with a lone surrogate does not throw', () => {
    expect(formsOfSecret('abc\ud800def').length).toBeGreaterThan(5);
  });
});

describe('values that cannot be hidden', () => {
  test.each(['', 'a', 'abc', '   ', '\n\n', '****'])('%j leaves the log readable', (value) => {
    const redactor = redactorOf([value]);
    expect(pass(redactor, 'a banana, an apple *** \n\n').toString()).toBe('a banana, an apple *** \n\n');
    expect(redactor.warnings()).toHaveLength(1);
  });

  test('the environment names them in one warning', () => {
    const { values, warnings } = secretsOfEnvironment({
      NPM_TOKEN: 'npm_0123456789',
      DB_PASSWORD: 'a',
      EMPTY_SECRET: '',
      BLANK_API_KEY: '    ',
      MAX_TOKENS: '4096',
      SKIP_TOKEN_CHECK: 'true',
      'INPUT_GITHUB-TOKEN': 'ghs_abcdef',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG',
      CREDENTIALS_FILE: '/etc/key.json',
      PATH: '/usr/bin',
      TOKENIZER: 'wordpiece',
      HOME: '/root',
      GONE_TOKEN: undefined,
    });
    expect(values).toEqual(['npm_0123456789', 'ghs_abcdef', 'wJalrXUtnFEMI/K7MDENG']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/BLANK_API_KEY, DB_PASSWORD, EMPTY_SECRET, MAX_TOKENS, SKIP_TOKEN_CHECK$/);
    expect(secretsOfEnvironment({ PATH: '/bin' })).toEqual({ values: [], warnings: [] });
  });
});

describe('::add-mask::', () => {
  test('hides its own line and the value from then on, in other stages and texts, too', () => {
    for (const size of [1, 3, 14, 1_000]) {
      const redactor = redactorOf([]);
      const out = pass(redactor, 'early hunter22\n::add-mask::hunter22\nlate hunter22\n', [size]).toString();
      expect(out.endsWith('::add-mask::***\nlate ***\n')).toBe(true);
      expect(redactor.text('echo hunter22')).toBe('echo ***');
      expect(pass(redactor, Buffer.from('hunter22').toString('base64')).toString()).toBe('***');
    }
  });

  test('both spellings, indentation, CR, escapes, no line break at the end', () => {
    const redactor = redactorOf([]);
    const out = pass(
      redactor,
      '  ::add-mask::first-one\r##[add-mask]second%0Aother-line\r\n::add-mask::100%25 sure',
    ).toString();
    expect(out).toBe('  ::add-mask::***\r##[add-mask]***\r\n::add-mask::***');
    for (const value of ['first-one', 'other-line', '100% sure'])
      expect(redactor.text(`<${value}>`)).toBe('<***>');
  });

  test('short values are hidden in their own line only', () => {
    expect(pass(redactorOf([]), '::add-mask::abc\nabc\n::add-mask::\n').toString()).toBe(
      '::add-mask::***\nabc\n::add-mask::\n',
    );
  });

  test('a stage that masks without end is bounded, and told', () => {
    const redactor = redactorOf([]);
    const lines = Array.from({ length: 1_200 }, (_, index) => `::add-mask::value-${index}-x\n`).join('');
    const out = pass(redactor, lines, [65_536]).toString();
    expect(out).toBe('::add-mask::***\n'.repeat(1_200));
    expect(redactor.warnings()).toEqual([expect.stringMatching(/^200 values of ::add-mask::/)]);
    expect(
      pass(redactor, 'x'.repeat(200_000) + '::add-mask::' + 'y'.repeat(200_000), [65_536]).length,
    ).toBeLessThan(400_000);
  });
});

describe('patterns', () => {
  test('apply per line, whatever the cuts, and keep everything else', () => {
    const redactor = redactorOf([], [/key-\d+/, /^token .*$/i]);
    const text = 'a key-123 b\r\nTOKEN abc def\r\n\xff\xfe key-9\nlast key-77';
    const expected = 'a *** b\r\n***\r\n\xff\xfe ***\nlast ***';
    for (const size of [1, 4, 1_000]) {
      expect(pass(redactor, Buffer.from(text, 'latin1'), [size]).toString('latin1')).toBe(expected);
    }
    expect(redactor.text('one key-1\ntoken x')).toBe('one ***\n***');
  });

  test('a line without end is bounded; a match across its pieces is found', () => {
    const redactor = redactorOf([], [/key-\d{3}/]);
    const stream = redactor.stream();
    const long = `${'x'.repeat(61_438)}key-123${'y'.repeat(300_000)}key-456`;
    let passedOn = 0;
    const parts: Buffer[] = [];
    for (let at = 0; at < long.length; at += 5_000) {
      const part = Buffer.from(stream.push(Buffer.from(long.slice(at, at + 5_000))));
      passedOn += part.length;
      parts.push(part);
    }
    expect(passedOn).toBeGreaterThan(200_000);
    const out = Buffer.concat([...parts, stream.end()]).toString();
    expect(out).toBe(`${'x'.repeat(61_438)}***${'y'.repeat(300_000)}***`);
  });

  test.each([
    ['(a+)+$', ''],
    ['(a+)+$', 'i'],
    ['(?:a|ab|[^x]){1,40}$', ''],
    ['(?=a)(a+)+\\1$', 'u'],
  ])('/%s/%s cannot stop a run', (source, flags) => {
    const redactor = redactorOf([], [new RegExp(source, flags)]);
    const started = performance.now();
    const out = pass(redactor, `fine\n${'a'.repeat(60)}x!\nfine\n`.repeat(3)).toString();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(out).not.toMatch(/undefined/);
    // Either it was evaluated, or the line was hidden whole and the user is told.
    if (!out.includes('aaaa')) expect(redactor.warnings()).toHaveLength(1);
  });

  test('an empty match hides nothing', () => {
    expect(redactorOf([], [/x*/]).text('axb')).toBe('a***b');
  });

  test('entries of the configuration', () => {
    expect(parseRedactRules(['plain', '/a\\d+/i', '/not closed'])).toEqual({
      ok: true,
      value: { literals: ['plain', '/not closed'], patterns: [/a\d+/i] },
    });
    expect(parseRedactRules(['x', '/(/'])).toMatchObject({
      ok: false,
      error: { kind: 'config', where: 'redact[1]' },
    });
    expect(parseRedactRules(['/a/q'])).toMatchObject({ ok: false, error: { kind: 'config' } });
  });
});

describe('texts', () => {
  test('the same string when nothing is hidden, lone surrogates kept otherwise', () => {
    const redactor = redactorOf(['secret-value']);
    const name = 'caf\udce9/secret-value.txt';
    expect(redactor.text(name)).toBe('caf\udce9/***.txt');
    expect(redactor.text('caf\udce9')).toBe('caf\udce9');
    expect(redactor.text('a secret-value and c2VjcmV0LXZhbHVl')).toBe('a *** and ***');
  });
});
