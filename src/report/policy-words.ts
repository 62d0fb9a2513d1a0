import type { ManifestPolicy } from '../evidence/manifest.ts';
import { shortSha } from './rerun-commands.ts';

/** One sentence: which copy of the configuration counts. */
export function describePolicy({
  source,
  path,
  ref,
}: Pick<ManifestPolicy, 'source' | 'path' | 'ref'>): string {
  const file = path ?? 'the configuration';
  const at = ref === null ? '' : ` at ${shortSha(ref) ?? ref}`;
  switch (source) {
    case 'base':
      return path === null
        ? `no configuration file in the base${at}: the defaults count`
        : `${file} of the base${at} counts`;
    case 'working_tree':
      return `${file} of the working tree counts`;
    case 'defaults':
      return 'no configuration file: the defaults count';
  }
}

/** What it means that a change edits the configuration. */
export function describeEdit({ source }: Pick<ManifestPolicy, 'source'>): string {
  return source === 'base'
    ? 'this change edits the gate’s configuration; it is judged by the old one'
    : 'this change edits the gate’s configuration, and the edited one counts here; in CI the base’s does';
}
