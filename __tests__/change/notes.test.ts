import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { missingNotes, parseNotes } from '../../src/change/notes.ts';
import { notesRule } from '../../src/config/gate-config.ts';

const FULL = { goal: 'faster start', summary: 'load less', risks: 'none', questions: '' };

describe('the line', () => {
  test.each([
    ['as documented', 'Goal: faster start | Summary: load less | Risks: none | Questions (optional): '],
    ['any case and order', 'RISKS: none|summary : load less|gOAL:faster start'],
    ['newlines instead of bars', 'Goal: faster start\nSummary: load less\nRisks: none\n'],
    ['carriage returns', 'Goal: faster start\r\nSummary: load less\r\nRisk: none\r\n'],
    ['a list', '- Goal: faster start\n- **Summary**: load less\n* Risks: none'],
    ['a quotation', '> Goal: faster start | Summary: load less | Risks: none'],
    ['full-width colons', 'Goal： faster start | Summary： load less | Risks： none'],
    [
      'anywhere in a text',
      'Closes #7.\n\nSome words.\n\nGoal: faster start | Summary: load less | Risks: none\n\nThanks!\n',
    ],
    ['in fenced code only', 'Notes:\n```\nGoal: faster start | Summary: load less | Risks: none\n```\n'],
  ])('%s', (_name, text) => {
    expect(parseNotes(text)).toEqual(FULL);
  });

  test('a bar in the text is text', () => {
    expect(parseNotes('Goal: a | b | Summary: `x || y` | Risks: none | or: so')).toEqual({
      goal: 'a | b',
      summary: '`x || y`',
      risks: 'none | or: so',
      questions: '',
    });
  });

  test('the text goes on below until an empty line', () => {
    const notes = parseNotes('Goal:\n\nfaster\nstart\n\nUnrelated words.\nSummary: load less');
    expect(notes).toMatchObject({ goal: 'faster\nstart', summary: 'load less' });
  });

  test('of a part given twice the first one that says something counts', () => {
    expect(parseNotes('Goal: …\nGoal: faster\nGoal: slower').goal).toBe('faster');
  });

  test('words that only look like labels are text', () => {
    expect(parseNotes('Goalkeeper: Ann\nThe goal: win\nSummaryx: no\nGoal scoring')).toEqual({
      goal: '',
      summary: '',
      risks: '',
      questions: '',
    });
  });
});

describe('the body of a pull request', () => {
  test.each([
    [
      'headings',
      '## Goal\nfaster start\n\n## Summary\n\nload less\n\n### Risks\nnone\n## Checklist\n- [x] a',
    ],
    ['closed headings', '# Goal #\nfaster start\n# Summary #\nload less\n# Risks:\nnone\n'],
    ['headings with pictures', '## 🎯 Goal\nfaster start\n## 📝 Summary\nload less\n## ⚠️ Risks\nnone'],
    [
      'setext',
      'Goal\n====\nfaster start\n\nSummary\n-------\nload less\n\nRisks\n---\nnone\n\nOther\n---\nx',
    ],
    ['bold with a colon inside', '**Goal:** faster start\n**Summary:** load less\n**Risks:** none'],
    ['bold with a colon outside', '**Goal**: faster start\n\n__Summary__: load less\n\n*Risks*: none'],
    ['bold alone', '**Goal**\nfaster start\n\n**Summary**\nload less\n\n**Risks**\nnone'],
    [
      'a template with its comments',
      '<!-- Goal: say why -->\n## Goal\n<!-- one\nsentence -->\nfaster start\n## Summary\nload less\n## Risks\nnone\n',
    ],
    [
      'an empty section of questions',
      '## Goal\nfaster start\n## Summary\nload less\n## Risks\nnone\n## Questions (optional)\n_No response_',
    ],
  ])('%s', (_name, text) => {
    expect(parseNotes(text)).toEqual(FULL);
  });

  test('a section keeps its paragraphs, lists and code', () => {
    const text = '## Summary\none\n\n- two\n\n```sh\n# Goal\nGoal: x\n```\n\n## Goal\nreal';
    expect(parseNotes(text)).toMatchObject({
      summary: 'one\n\n- two\n\n```sh\n# Goal\nGoal: x\n```',
      goal: 'real',
    });
  });

  test('an unclosed comment hides the rest', () => {
    expect(parseNotes('Goal: a <!-- Summary: b\nRisks: c')).toMatchObject({ goal: 'a', risks: '' });
  });
});

describe('what is empty', () => {
  test.each([
    '',
    '…',
    '...',
    'TODO',
    '**tbd**',
    '<goal>',
    '[say why]',
    '-',
    '???',
    '_No response_',
    '`WIP`',
    '- [ ]',
  ])('%j says nothing', (text) => {
    expect(parseNotes(`Goal: ${text} | Summary: ${text} | Risks: ${text}`)).toEqual({
      goal: '',
      summary: '',
      risks: '',
      questions: '',
    });
  });

  test('"none" and "n/a" answer risks and questions only', () => {
    expect(parseNotes('Goal: none\nSummary: N/A\nRisks: N/A.\nQuestions: none')).toEqual({
      goal: '',
      summary: '',
      risks: 'N/A.',
      questions: 'none',
    });
  });

  test('the empty parts are named in their order; questions are optional', () => {
    expect(missingNotes(parseNotes(''), notesRule('required'))).toEqual(['goal', 'summary', 'risks']);
    expect(missingNotes(parseNotes('Risks: none'), notesRule('required'))).toEqual(['goal', 'summary']);
    expect(missingNotes(parseNotes('Goal: a | Summary: b | Risks: none'), notesRule('required'))).toEqual([]);
    expect(missingNotes(parseNotes(''), notesRule('optional'))).toEqual([]);
    const questions = { ...notesRule('optional'), questions: 'required' } as const;
    expect(missingNotes(parseNotes('Goal: a'), questions)).toEqual(['questions']);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    'Goal:',
    '|',
    '\n',
    '## Risks',
    '**Summary:**',
    '<!--',
    '-->',
    '```',
    '---',
    ' x ',
  );
  const hostile = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 60 });

  test('never throws and is bounded', () => {
    fc.assert(
      fc.property(hostile, (parts) => {
        const notes = parseNotes(parts.join(''));
        expect(Object.values(notes).every((text) => text.length <= 4_000)).toBe(true);
      }),
    );
  });

  test('what is written in the form is read back', () => {
    const word = fc.stringMatching(/^[a-z]{5,12}(?: [a-z]{5,12}){0,5}$/);
    fc.assert(
      fc.property(word, word, word, (goal, summary, risks) => {
        const notes = parseNotes(`Goal: x${goal} | Summary: x${summary} | Risks: x${risks}`);
        expect(notes).toEqual({
          goal: `x${goal}`,
          summary: `x${summary}`,
          risks: `x${risks}`,
          questions: '',
        });
      }),
    );
  });

  test('megabytes are cut, and a long part too', () => {
    expect(parseNotes(`Goal: ${'a'.repeat(10_000_000)}`).goal).toHaveLength(4_000);
    expect(parseNotes('|'.repeat(3_000_000))).toMatchObject({ goal: '' });
    expect(parseNotes('<!--'.repeat(1_000_000))).toMatchObject({ goal: '' });
  });
});
