/** Flink's units of memory and their names, in bytes. */
const UNITS: readonly (readonly [bytes: number, ...labels: string[]])[] = [
  [1, '', 'b', 'bytes'],
  [2 ** 10, 'k', 'kb', 'kibibytes'],
  [2 ** 20, 'm', 'mb', 'mebibytes'],
  [2 ** 30, 'g', 'gb', 'gibibytes'],
  [2 ** 40, 't', 'tb', 'tebibytes'],
];

const BYTES_BY_LABEL = new Map(
  UNITS.flatMap(([bytes, ...labels]) => labels.map((label) => [label, bytes] as const)),
);

/** Bytes of a size as Flink's options have it: `128 mb`, `1g`, `500`. Undefined if it is none. */
export function parseMemorySize(text: string): number | undefined {
  const [, count, label] = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const unit = BYTES_BY_LABEL.get(label?.toLowerCase() ?? '?');
  return unit === undefined ? undefined : Number(count) * unit;
}
