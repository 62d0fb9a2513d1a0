import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';

const FOLDER = path.join(import.meta.dirname, '..', 'golden', 'report');

/**
 * Compares a text with the file of that name under `__tests__/golden/report`. `UPDATE_GOLDEN=1` writes the
 * file instead: look at the difference before it is committed.
 */
export function expectGolden(name: string, text: string): void {
  const file = path.join(FOLDER, name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, 'utf8'));
}
