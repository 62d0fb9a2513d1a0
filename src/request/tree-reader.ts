import type { SnapshotReader, TreeFile } from '../change/change.ts';
import { type ConfigReader, relativeTo } from '../config/locate-config.ts';
import { configFailure, evaluationFailure } from '../kernel/failure.ts';
import { err, ok } from '../kernel/result.ts';
import { oneLine } from '../kernel/text.ts';

/** Far above what a configuration may have; what is larger is refused before it is read. */
const MAX_BYTES = 1_048_576;

/** Reads files of one commit as if its root were `root`, for whatever has to come from a state that the change did not write. */
export function createTreeReader(
  snapshot: Pick<SnapshotReader, 'listFilesAt' | 'readBlobs'>,
  commit: string,
  root: string,
): ConfigReader {
  let listing: Promise<ReadonlyMap<string, TreeFile>> | null = null;
  const list = () => {
    listing ??= snapshot.listFilesAt(commit).then((files) => new Map(files.map((file) => [file.path, file])));
    return listing;
  };
  return {
    relative: (file) => relativeTo(root, file),
    async read(path) {
      const file = (await list()).get(path);
      if (file === undefined) return ok(null);
      const where = `${oneLine(path)} at ${commit.slice(0, 12)}`;
      if (!file.mode.startsWith('100')) return err(configFailure('is not a regular file', { where }));
      if (file.bytes > MAX_BYTES) return err(configFailure('is larger than 256 KiB', { where }));
      const [content] = await snapshot.readBlobs([file.blob]);
      if (content !== undefined && content !== null) return ok(content);
      const mend = 'fetch the whole history (fetch-depth: 0, no filter)';
      return err(evaluationFailure('its contents are missing from this clone', { where, mend }));
    },
  };
}
