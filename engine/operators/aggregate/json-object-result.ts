import type { Column } from '../../data/column.ts';
import type { Value } from '../../data/value.ts';
import { readValues } from '../../expressions/column-values.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Part } from './accumulator.ts';
import { WrittenResult } from './cells-result.ts';
import type { ListAccumulator, ListSource } from './list-accumulator.ts';
import { PackedValues } from './packed-values.ts';

const STRING = { root: 'VARCHAR', length: 2147483647, nullable: true } as const;
/** A key and its value, which is JSON text. */
const ENTRY: LogicalType = {
  root: 'ROW',
  nullable: false,
  fields: [
    { name: 'key', type: STRING },
    { name: 'value', type: STRING },
  ],
};

type JsonEntry = Value[] & [key: string, value: string | null];

/** Keys and values of JSON_OBJECTAGG, packed together: what is taken back has to agree in both. */
export class JsonEntries implements ListSource {
  readonly packed: PackedValues;
  readonly #wasm: Wasm;
  readonly #columns: readonly [key: number, value: number];

  constructor(wasm: Wasm, pool: MemorySegmentPool, key: number, value: number) {
    this.packed = new PackedValues(wasm, pool, ENTRY);
    this.#wasm = wasm;
    this.#columns = [key, value];
  }

  views(rows: number, columns: readonly Column[]): number {
    const [keys = [], values = []] = this.#columns.map((column) =>
      readValues(this.#wasm, columns[column] as Column, rows),
    );
    if (keys.includes(null)) throw new RuntimeFailure('A key of JSON_OBJECTAGG is NULL.');
    return this.packed.packValues(keys.map((key, row): Value => [key, values[row] ?? null]));
  }

  release(): void {
    this.packed.release();
  }
}

/** JSON_OBJECTAGG: an object with its keys in order. Two rows with one key fail the job (Flink's rule). */
export class JsonObjectResult extends WrittenResult {
  readonly #list: ListAccumulator;
  readonly #entries: JsonEntries;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    list: ListAccumulator,
    entries: JsonEntries,
  ) {
    super(wasm, pool, type);
    this.#list = list;
    this.#entries = entries;
  }

  protected override valuesOf(rows: number, part: Part): readonly Value[] {
    const { itemCount, items } = this.#list;
    const entries = this.#entries.packed.read(itemCount, items) as JsonEntry[]; // as they were packed
    const ranges = new Uint32Array(this.wasm.memory.buffer, this.#list.at(part), 2 * rows);
    const texts: Value[] = [];
    for (let row = 0; row < rows; row++) {
      const first = ranges[2 * row]!; // two cells a row
      texts.push(objectText(entries.slice(first, first + ranges[2 * row + 1]!))); // as above
    }
    return texts;
  }
}

function objectText(entries: readonly JsonEntry[]): string {
  const values = new Map<string, string>();
  for (const [key, value] of entries) {
    if (values.has(key)) {
      throw new RuntimeFailure(
        `Key '${key}' is already present. Duplicate keys are not allowed in JSON_OBJECTAGG. Please ensure that keys are unique.`,
      );
    }
    values.set(key, value ?? 'null');
  }
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, value]) => `${quoted(key)}:${value}`).join(',')}}`;
}

/** A JSON string as Jackson writes it: control characters in upper-case hexadecimal. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
}
