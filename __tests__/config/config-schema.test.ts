import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { jsonSchemaOfConfig } from '../../src/config/config-schema.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { readYamlDocument } from '../../src/config/yaml-document.ts';

const schema = await jsonSchemaOfConfig();
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);

function readValue(text: string): unknown {
  const reading = readYamlDocument(text);
  if (!reading.ok) throw new Error(reading.problems[0].message);
  return reading.document.value;
}

describe('the JSON Schema', () => {
  test('is of draft 2020-12, is the same each time, and describes every key it names', async () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['version'],
    });
    expect(await jsonSchemaOfConfig()).toEqual(schema);
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, part] of Object.entries(node)) {
        if (key === 'properties' && typeof part === 'object' && part !== null) {
          for (const [name, property] of Object.entries(part)) {
            if (name !== 'kind' && !Object.hasOwn(Object(property), 'description'))
              undescribed.push(`${path}.${name}`);
          }
        }
        visit(part, `${path}.${key}`);
      }
    };
    visit(schema, '');
    expect(undescribed).toEqual([]);
  });

  const good = [
    'version: 1',
    'version: 1\ntask: null\nbase: main\nstrict_commands: false\n',
    'version: 1\nexecution: { mode: sequence, timeout: 1h30m, grace: 0s }',
    'version: 1\nstages: { build: { timeout: 1m }, e2e: { run: x }, docs: { links: false }, review: { run: x } }',
    'version: 1\nstages: { diff-budget: { max_bytes: 512KiB, deletions: 1 } }',
    'version: 1\nstages: { review: { reviewers: [builtin, { id: a, kind: command, run: x }, { id: b, kind: claude }] } }',
    'version: 1\npipelines: { own: [build, { id: a, run: x }, { id: docs, links: false }] }',
    'version: 1\nrlm: { agent: { id: a, kind: command, run: x }, max_minutes: unlimited, max_iterations: 0 }',
    'version: 1\nredact: ["/a/g", b]\nreport: { check: never }\nbaseline: { confirm: off }',
  ];
  test.each(good)('takes what the gate takes: %j', async (text) => {
    expect([(await parseConfig(Buffer.from(text), 'gate.yml')).ok, validate(readValue(text))]).toEqual([
      true,
      true,
    ]);
  });

  const bad = [
    'stages: {}',
    'version: 2',
    'version: 1\nstage: {}',
    'version: 1\ntask: 1',
    'version: 1\nexecution: { mode: graph }',
    'version: 1\nexecution: { timeout: 10 }',
    'version: 1\nexecution: { timeout: soon }',
    'version: 1\nstages: { test: { timout: 1m } }',
    'version: 1\nstages: { e2e: { timeout: 1m } }',
    'version: 1\nstages: { E2E: { run: x } }',
    'version: 1\nstages: { docs: { run: x, links: true } }',
    'version: 1\nstages: { diff-budget: { max_bytes: big } }',
    'version: 1\nstages: { review: { reviewers: [] } }',
    'version: 1\nstages: { review: { reviewers: [{ id: a, kind: command }] } }',
    'version: 1\nstages: { test: { env: { A: 1 } } }',
    'version: 1\npipelines: { own: [] }',
    'version: 1\npipelines: { own: [{ run: x }] }',
    'version: 1\nrlm: { agent: gpt }',
  ];
  test.each(bad)('refuses what the gate refuses: %j', async (text) => {
    expect([(await parseConfig(Buffer.from(text), 'gate.yml')).ok, validate(readValue(text))]).toEqual([
      false,
      false,
    ]);
  });
});
