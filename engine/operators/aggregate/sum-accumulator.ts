import { Column, physicalWidth } from '../../data/column.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { Accumulator, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { DistinctWeights } from './distinct-weights.ts';
import type { RowWeights } from './row-weights.ts';

type SumKernel = (
  rows: number,
  slots: number,
  offset: number,
  weights: number,
  counts: number,
  values: number,
  stride: number,
  before: number,
  after: number,
) => void;

/** How a sum is kept, by the type of what it adds up: i64 that wraps, f32, f64, or i128. */
export type SumKind = 'I64' | 'F32' | 'F64' | 'Decimal64' | 'Decimal128';

export interface SumSpec {
  readonly argument: number;
  readonly type: LogicalType;
  /** What AVG divides: FLOAT added up in DOUBLE, from 0; an overflow stays NULL. */
  readonly isTotal: boolean;
}

/** The sum of an argument: of SUM and AVG. */
export class SumAccumulator extends Accumulator {
  readonly bytes: number;
  readonly kind: SumKind;
  readonly #spec: SumSpec;
  readonly #weights: RowWeights;
  readonly #counts: Accumulator;
  readonly #distinct: DistinctWeights | undefined;
  readonly #isReborn: boolean;
  readonly #kernel: SumKernel;

  /**
   * @param counts of the same argument, done before this one
   * @param isReborn whether keys may die and come back, so that a sum has to look where it begins
   */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    spec: SumSpec,
    weights: RowWeights,
    counts: Accumulator,
    isReborn: boolean,
    distinct?: DistinctWeights,
  ) {
    const kind = sumKind(spec);
    super(wasm, pool, kind === 'F32' ? 4 : kind.startsWith('Decimal') ? 16 : 8);
    this.kind = kind;
    this.bytes = this.width === 16 ? 16 : 8;
    this.#spec = spec;
    this.#weights = weights;
    this.#counts = counts;
    this.#isReborn = isReborn || kind.startsWith('F');
    this.#distinct = distinct;
    this.#kernel = sumKernel(wasm.kernels, spec);
  }

  /** Whether `merge` can take entries back exactly. */
  get canTakeBack(): boolean {
    return (this.kind === 'I64' || this.kind === 'Decimal64') && !this.#distinct;
  }

  accumulate({ rows, columns, slots, wantsBefore, wantsAfter }: AccumulateStep): void {
    const { values, stride } = columns[this.#spec.argument] as Column;
    this.#kernel(
      rows,
      slots,
      this.offset,
      this.#weights.current,
      this.#isReborn ? this.#counts.values : 0,
      values,
      stride,
      wantsBefore ? this.at('before') : 0,
      wantsAfter ? this.at('after') : 0,
    );
  }

  merge({ rows, from, to, sign, target }: MergeStep): void {
    const { kernels, offset } = this;
    const counts = this.#counts.offset;
    const isSticky = this.#spec.isTotal ? 1 : 0;
    if (this.#distinct) return this.#resum(rows, to, this.#distinct.offset, this.#distinct.nodes(target));
    switch (this.kind) {
      case 'I64':
        return kernels.aggMergeI64(rows, from, to, offset, sign);
      case 'F32':
        return kernels.aggMergeF32(rows, from, to, offset, counts);
      case 'F64':
        return kernels.aggMergeF64(rows, from, to, offset, counts);
      case 'Decimal64':
        return kernels.aggMergeDecimal64(rows, from, to, offset, sign);
      case 'Decimal128':
        return kernels.aggMergeDecimal128(rows, from, to, offset, counts, isSticky);
    }
  }

  read(rows: number, slots: number, part: Part): void {
    const { kernels } = this;
    const unpack =
      this.width === 4 ? kernels.unpackKey32 : this.width === 8 ? kernels.unpackKey64 : kernels.unpackKey128;
    unpack(rows, slots, this.offset, 0, this.at(part), 0);
  }

  #resum(rows: number, slots: number, set: number, nodes: number): void {
    const { kernels, offset, kind } = this;
    if (kind === 'I64') kernels.setResumI64(rows, slots, set, nodes, offset);
    else if (kind === 'F32') kernels.setResumF32(rows, slots, set, nodes, offset);
    else if (kind === 'F64') kernels.setResumF64(rows, slots, set, nodes, offset);
    else kernels.setResumDecimal(rows, slots, set, nodes, offset, kind === 'Decimal128' ? 1 : 0);
  }
}

function sumKind({ type, isTotal }: SumSpec): SumKind {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return 'I64';
    case 'FLOAT':
      return isTotal ? 'F64' : 'F32';
    case 'DOUBLE':
      return 'F64';
    case 'DECIMAL':
      return physicalWidth(type) === 8 ? 'Decimal64' : 'Decimal128';
    default:
      throw new Error(`SUM and AVG of ${type.root} are not supported.`);
  }
}

function sumKernel(kernels: Kernels, spec: SumSpec): SumKernel {
  const { type, isTotal } = spec;
  switch (type.root) {
    case 'TINYINT':
      return kernels.aggSumI8;
    case 'SMALLINT':
      return kernels.aggSumI16;
    case 'INTEGER':
      return kernels.aggSumI32;
    case 'BIGINT':
      return kernels.aggSumI64;
    case 'FLOAT':
      return isTotal ? kernels.aggTotalF32 : kernels.aggSumF32;
    case 'DOUBLE':
      return isTotal ? kernels.aggTotalF64 : kernels.aggSumF64;
    default: {
      if (physicalWidth(type) === 8) return kernels.aggSumDecimal64;
      const sum = kernels.aggSumDecimal128;
      return (rows, slots, offset, weights, counts, values, stride, before, after) =>
        sum(rows, slots, offset, weights, counts, values, stride, before, after, isTotal ? 1 : 0);
    }
  }
}
