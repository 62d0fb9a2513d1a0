/** How much room a rendering has. */
export interface MarkdownRoom {
  /** UTF-16 units, which are never fewer than the characters that a platform counts. */
  readonly maxChars: number;
  /** UTF-8 bytes; null: unlimited. */
  readonly maxBytes: number | null;
}

/** Whether a text fits. */
export function fits(text: string, room: MarkdownRoom): boolean {
  if (text.length > room.maxChars) return false;
  return room.maxBytes === null || Buffer.byteLength(text, 'utf8') <= room.maxBytes;
}

/** What is still open at a line of our own Markdown. */
interface OpenBlocks {
  /** The fence of an open code block; null outside. */
  fence: string | null;
  details: number;
}

function advance(open: OpenBlocks, line: string): void {
  if (open.fence !== null) {
    if (line === open.fence) open.fence = null;
    return;
  }
  // What has further backticks is code within a line, not a fence.
  const fence = /^( {0,8}`{3,})[^`]*$/.exec(line)?.[1];
  if (fence !== undefined) open.fence = fence;
  else if (line === '<details>' || line === '<details open>') open.details += 1;
  else if (line === '</details>') open.details -= 1;
}

function closing(open: OpenBlocks): string[] {
  const lines = open.fence === null ? [] : [open.fence];
  for (let depth = 0; depth < open.details; depth += 1) lines.push('', '</details>');
  return lines;
}

/**
 * Cuts Markdown of ours at a line so that it fits together with the notice; open fences and `<details>`
 * are closed. Null when not even the first lines fit.
 */
export function cutMarkdown(
  lines: readonly string[],
  notice: readonly string[],
  minLines: number,
  room: MarkdownRoom,
): string | null {
  const open: OpenBlocks = { fence: null, details: 0 };
  let used = size(notice, room);
  let end = 0;
  for (const [index, line] of lines.entries()) {
    used = add(used, size([line], room));
    advance(open, line);
    if (!within(add(used, size(closing(open), room)), room)) break;
    end = index + 1;
  }
  if (end < minLines) return null;
  const kept: OpenBlocks = { fence: null, details: 0 };
  for (const line of lines.slice(0, end)) advance(kept, line);
  return [...lines.slice(0, end), ...closing(kept), ...notice].join('\n');
}

interface Size {
  readonly chars: number;
  readonly bytes: number;
}

/** Of lines with their line breaks. */
function size(lines: readonly string[], room: MarkdownRoom): Size {
  let chars = 0;
  let bytes = 0;
  for (const line of lines) {
    chars += line.length + 1;
    bytes += room.maxBytes === null ? 0 : Buffer.byteLength(line, 'utf8') + 1;
  }
  return { chars, bytes };
}

function add(a: Size, b: Size): Size {
  return { chars: a.chars + b.chars, bytes: a.bytes + b.bytes };
}

function within(total: Size, room: MarkdownRoom): boolean {
  return total.chars <= room.maxChars && (room.maxBytes === null || total.bytes <= room.maxBytes);
}
