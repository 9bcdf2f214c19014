import { isView, physicalWidth, type Column } from '../../data/column.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { unpackKernel } from '../../state/key-records.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { Accumulator, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import type { RowWeights } from './row-weights.ts';

export interface ExtremeSpec {
  readonly argument: number;
  readonly type: LogicalType;
  readonly isMax: boolean;
}

/** MIN or MAX of an input that only adds: the value alone. */
export class ExtremeAccumulator extends Accumulator {
  readonly bytes: number;
  override readonly needsTexts: boolean;
  readonly #spec: ExtremeSpec;
  readonly #weights: RowWeights;
  readonly #counts: Accumulator;
  readonly #name: NumberName | undefined;

  /** @param counts of the same argument, done before this one */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    spec: ExtremeSpec,
    weights: RowWeights,
    counts: Accumulator,
  ) {
    super(wasm, pool, physicalWidth(spec.type));
    this.bytes = Math.max(8, this.width);
    this.needsTexts = isView(spec.type);
    this.#spec = spec;
    this.#weights = weights;
    this.#counts = counts;
    this.#name = isView(spec.type) ? undefined : numberName(spec.type);
  }

  accumulate({ rows, columns, slots, storage, wantsBefore, wantsAfter }: AccumulateStep): void {
    const { values, stride, validity } = columns[this.#spec.argument] as Column;
    const { kernels, offset } = this;
    const counts = this.#counts.values;
    const weights = this.#weights.current;
    const before = wantsBefore ? this.at('before') : 0;
    const after = wantsAfter ? this.at('after') : 0;
    const { isMax } = this.#spec;
    if (!this.#name) {
      const texts = storage.texts!; // there is one where a text is kept
      texts.reserve(kernels.textBytes(rows, values, stride, validity) >>> 0);
      const sign = isMax ? -1 : 1;
      kernels.aggExtremeText(
        rows, slots, offset, weights, counts, values, stride, before, after, texts.control, sign,
      ); // prettier-ignore
    } else if (this.#name === '128') {
      const kernel = isMax ? kernels.aggMax128 : kernels.aggMin128;
      const primary = primaryWord(this.#spec.type);
      kernel(rows, slots, offset, weights, counts, values, stride, before, after, primary);
    } else {
      const kernel = kernels[`agg${isMax ? 'Max' : 'Min'}${this.#name}`];
      kernel(rows, slots, offset, weights, counts, values, stride, before, after);
    }
  }

  merge({ rows, from, to, source, target }: MergeStep): void {
    const { kernels, offset } = this;
    const counts = this.#counts.offset;
    const { isMax, type } = this.#spec;
    if (!this.#name) {
      target.texts!.reserve(kernels.textBytesOf(rows, from, offset) >>> 0); // there is one where a text is kept
      const sign = isMax ? -1 : 1;
      kernels.aggMergeText(
        rows, from, to, offset, counts, source.texts!.control, target.texts!.control, sign,
      ); // prettier-ignore
    } else if (this.#name === '128') {
      const kernel = isMax ? kernels.aggMergeMax128 : kernels.aggMergeMin128;
      kernel(rows, from, to, offset, counts, primaryWord(type));
    } else kernels[`aggMerge${isMax ? 'Max' : 'Min'}${this.#name}`](rows, from, to, offset, counts);
  }

  read(rows: number, slots: number, part: Part, storage: AggregateTable): void {
    const { kernels, offset, width } = this;
    const out = this.at(part);
    if (!this.#name)
      kernels.aggReadText(rows, slots, offset, storage.texts!.control, out); // as above
    else unpackKernel(kernels, width)(rows, slots, offset, 0, out, 0);
  }

  override adopt(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
  ): void {
    if (this.#name) return;
    target.texts!.reserve(this.kernels.textBytesOf(rows, from, this.offset) >>> 0); // as above
    this.kernels.aggCopyText(rows, from, to, this.offset, source.texts!.control, target.texts!.control);
  }

  override clear(rows: number, slots: number, storage: AggregateTable): void {
    if (!this.#name) this.kernels.aggClearText(rows, slots, this.offset, storage.texts!.control); // as above
  }
}

/** How the kernels of a type's order are called; `128` are DECIMALs and TIMESTAMPs of 16 bytes. */
export type NumberName = 'I8' | 'I16' | 'I32' | 'I64' | 'F32' | 'F64' | '128';

export function numberName(type: LogicalType): NumberName {
  if (type.root === 'FLOAT') return 'F32';
  if (type.root === 'DOUBLE') return 'F64';
  switch (type.root) {
    case 'ROW':
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'VARIANT':
    case 'SYMBOL':
    case 'NULL':
      throw new Error(`An order of values of type ${type.root} is not supported.`);
    default:
      return ({ 1: 'I8', 2: 'I16', 4: 'I32', 8: 'I64', 16: '128' } as const)[physicalWidth(type)]!; // all widths
  }
}

/** Offset of the word of a 16-byte value that decides first: the high one of a DECIMAL, the milliseconds of a TIMESTAMP. */
export function primaryWord(type: LogicalType): number {
  return type.root === 'DECIMAL' ? 8 : 0;
}
