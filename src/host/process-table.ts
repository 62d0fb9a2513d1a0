import { existsSync } from 'node:fs';
import { createLinuxTable } from './process-linux.ts';
import { createPortableTable } from './process-portable.ts';
import type { ProcessTable } from './process-tree.ts';

/** The table of this platform: Linux tells everything, elsewhere only process groups are known. */
export function openProcessTable(): ProcessTable {
  return process.platform === 'linux' && existsSync('/proc/self/stat')
    ? createLinuxTable()
    : createPortableTable();
}
