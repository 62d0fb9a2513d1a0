const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1_000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  kib: 1_024,
  mib: 1_048_576,
  gib: 1_073_741_824,
};

/** Parses `512KiB`, `2 MB`, `100B` to bytes (SI and IEC units, any case); null when it is not a size. */
export function parseByteSize(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmg]i?b|b)\s*$/i.exec(text);
  if (match === null) return null;
  const factor = UNIT_BYTES[(match[2] ?? '').toLowerCase()];
  if (factor === undefined) return null;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** `980 B`, `12.4 KiB`, `3.10 MiB`, `1.02 GiB`. */
export function formatByteSize(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const [value, unit] =
    bytes < 1_048_576
      ? [bytes / 1_024, 'KiB']
      : bytes < 1_073_741_824
        ? [bytes / 1_048_576, 'MiB']
        : [bytes / 1_073_741_824, 'GiB'];
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}
