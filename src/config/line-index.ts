/**
 * Line numbers (1-based) of offsets in a text. An offset behind the last visible character counts to that
 * character's line: what is missing at the end of a file is missing there.
 */
export function createLineIndex(text: string): (offset: number) => number {
  const breaks: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks.push(at);
  const last = text.trimEnd().length;
  return (offset) => {
    const wanted = Math.min(offset, last);
    let low = 0;
    let high = breaks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
