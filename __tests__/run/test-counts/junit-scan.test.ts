import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type JunitScan, JunitScanner } from '../../../src/run/test-counts/junit-scan.ts';

function scan(xml: string, pieceChars = xml.length): JunitScan {
  const scanner = new JunitScanner();
  for (let at = 0; at < xml.length; at += Math.max(1, pieceChars)) {
    scanner.push(xml.slice(at, at + Math.max(1, pieceChars)));
  }
  return scanner.end();
}

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE testsuites [ <!ENTITY many "<a/>"> ]>
<testsuites tests="900" failures="0">
  <!-- <testcase name="in a comment"/> -->
  <testsuite name="outer" tests="500">
    <properties><property name="x" value="a > b"/></properties>
    <testsuite name="inner">
      <testcase name="passes" classname='it&apos;s > 1'/>
      <testcase name="fails"><failure message="no">trace</failure></testcase>
      <testcase name="errs"><error/></testcase>
      <testcase name="is skipped"><skipped message="later"/></testcase>
    </testsuite>
    <testcase name="prints"><system-out><![CDATA[</testcase><testcase name="forged"/> ]] ]]></system-out></testcase>
    <testcase name="prints a failure"><system-out>x<failure/></system-out></testcase>
    <testcase name="is retried"><flakyFailure/></testcase>
    <testcase name="disabled" status="notrun" result="suppressed"/>
  </testsuite>
</testsuites>
`;

describe('a JUnit report', () => {
  test('counts its test cases, not its attributes, comments or CDATA', () => {
    expect(scan(REPORT)).toEqual({ kind: 'report', tally: { passed: 4, failed: 2, skipped: 2 } });
  });

  test.each([1, 2, 3, 7, 64])('gives the same in pieces of %d characters', (pieceChars) => {
    expect(scan(REPORT, pieceChars)).toEqual(scan(REPORT));
  });

  test('may be empty', () => {
    expect(scan('<testsuites tests="5"/>')).toEqual({
      kind: 'report',
      tally: { passed: 0, failed: 0, skipped: 0 },
    });
  });

  test.each([
    ['in an element', '<testsuite><testcase name="a"/>'],
    ['in a tag', '<testsuite><testcase name="a'],
    ['in CDATA', '<testsuite><testcase><system-out><![CDATA[ x'],
    ['in a comment', '<testsuite/><!-- x'],
    ['in a tag without end', `<testsuite><testcase name="${'x'.repeat(1_100_000)}`],
  ])('cut off %s is no report', (_name, xml) => {
    expect(scan(xml, 65_536)).toEqual({ kind: 'cut' });
  });

  test.each([
    ['another document', '<project><testsuite><testcase/></testsuite></project>'],
    ['no document', 'testcase testcase'],
    ['nothing', ''],
    ['only a comment', '<!-- <testsuite/> -->'],
  ])('%s is foreign', (_name, xml) => {
    expect(scan(xml)).toEqual({ kind: 'foreign' });
  });

  test('an entity that would expand to a million tests is one text', () => {
    const bomb = `<!DOCTYPE t [ <!ENTITY a "&b;&b;"> <!ENTITY b "x"> ]><testsuite><testcase>&a;</testcase></testsuite>`;
    expect(scan(bomb)).toEqual({ kind: 'report', tally: { passed: 1, failed: 0, skipped: 0 } });
  });

  test('any text is read to an end, the same in any pieces', () => {
    const part = fc.constantFrom(
      ...[
        '<testsuite>',
        '</testsuite>',
        '<testcase/>',
        '<testcase>',
        '</testcase>',
        '<failure/>',
        '<![CDATA[',
      ],
      ...[']]>', '<!--', '-->', '<', '>', '"', "'", '<?', '?>', '<!', ' ', 'x', '/', '<skipped a=">"/>'],
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (parts, pieceChars) => {
        const xml = parts.join('');
        const whole = scan(xml);
        expect(scan(xml, pieceChars)).toEqual(whole);
        if (whole.kind === 'report') {
          expect(Object.values(whole.tally).every((count) => Number.isInteger(count) && count >= 0)).toBe(
            true,
          );
        }
      }),
    );
  });
});
