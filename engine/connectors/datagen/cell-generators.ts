import type { ByteHeap } from '../../data/byte-heap.ts';
import { physicalWidth } from '../../data/column.ts';
import { zoneOffsetMs } from '../../data/zone-offset.ts';
import type { BytesPlan, FloatPlan, IntegerPlan, SequencePlan, TimePlan } from './column-plan.ts';
import { CellGenerator, type GeneratorContext } from './column-generator.ts';

const DAY_MS = 86_400_000;
const MAX_DIGITS = 20;

const KERNELS_BY_WIDTH = {
  1: 'random8',
  2: 'random16',
  4: 'random32',
  8: 'random64',
  16: 'random128',
} as const;

const SEQUENCE_KERNELS = {
  TINYINT: 'sequenceI8',
  SMALLINT: 'sequenceI16',
  INTEGER: 'sequenceI32',
  BIGINT: 'sequenceI64',
  FLOAT: 'sequenceF32',
  DOUBLE: 'sequenceF64',
} as const;

export class IntegerGenerator extends CellGenerator {
  readonly #width: keyof typeof KERNELS_BY_WIDTH;

  constructor(context: GeneratorContext, plan: IntegerPlan, rows: number) {
    super(context, plan, rows);
    this.#width = physicalWidth(plan.type) as keyof typeof KERNELS_BY_WIDTH; // of a type with an IntegerPlan
    this.draw.set(plan.min, plan.max);
  }

  protected override fill(rows: number, numbers: number): void {
    const kernel = KERNELS_BY_WIDTH[this.#width];
    this.context.wasm.kernels[kernel](rows, numbers, this.draw.address, this.buffer.values, this.#width);
  }
}

export class FloatGenerator extends CellGenerator {
  readonly #plan: FloatPlan;

  constructor(context: GeneratorContext, plan: FloatPlan, rows: number) {
    super(context, plan, rows);
    this.#plan = plan;
  }

  protected override fill(rows: number, numbers: number): void {
    const { min, max, type } = this.#plan;
    const kernel = type.root === 'FLOAT' ? 'randomF32' : 'randomF64';
    this.context.wasm.kernels[kernel](rows, numbers, this.draw.address, min, max, this.buffer.values);
  }
}

/** Times go by the clock: made again after a restart, a row has a later one. How far a timestamp lies before now follows from its row. */
export class TimeGenerator extends CellGenerator {
  readonly #maxPastMs: number;
  readonly #timeZone: string;

  constructor(context: GeneratorContext, plan: TimePlan, rows: number) {
    super(context, plan, rows);
    this.#maxPastMs = plan.maxPastMs;
    this.#timeZone = context.timeZone;
    const width = physicalWidth(plan.type);
    if (width !== 16) return;
    // The nanoseconds behind the milliseconds stay 0: kernels step over them.
    new Uint8Array(this.context.wasm.memory.buffer, this.buffer.values, rows * width).fill(0);
  }

  protected override fill(rows: number, numbers: number): void {
    const { type, values } = this.buffer;
    const { wasm, clock } = this.context;
    const now = Math.floor(clock.now());
    const latest = BigInt(type.root === 'DATE' || type.root === 'TIME' ? this.#localTime(now) : now);
    this.draw.set(latest - BigInt(this.#maxPastMs), latest);
    const width = physicalWidth(type);
    const kernel = width === 4 ? 'random32' : 'random64';
    wasm.kernels[kernel](rows, numbers, this.draw.address, values, width);
  }

  /** Days since the epoch of a DATE, milliseconds of the day of a TIME. */
  #localTime(now: number): number {
    const local = now + zoneOffsetMs(now, this.#timeZone);
    const day = Math.floor(local / DAY_MS);
    return this.buffer.type.root === 'DATE' ? day : local - day * DAY_MS;
  }
}

export class BytesGenerator extends CellGenerator {
  readonly #plan: BytesPlan;
  readonly #heap: ByteHeap;

  constructor(context: GeneratorContext, plan: BytesPlan, rows: number) {
    super(context, plan, rows);
    this.#plan = plan;
    this.#heap = context.heap;
  }

  protected override fill(rows: number, numbers: number): void {
    const { length, isVariable, type } = this.#plan;
    const isText = type.root === 'CHAR' || type.root === 'VARCHAR';
    const bytes = this.#heap.reserve(rows * Math.max(1, length));
    const { kernels } = this.context.wasm;
    const { address } = this.draw;
    const written =
      kernels.randomBytes(rows, numbers, address, length, isVariable, isText, this.buffer.values, bytes) >>>
      0;
    this.#heap.truncate(bytes + written);
  }
}

export class SequenceGenerator extends CellGenerator {
  readonly #heap: ByteHeap;

  constructor(context: GeneratorContext, plan: SequencePlan, rows: number) {
    super(context, plan, rows);
    this.#heap = context.heap;
    const factor = plan.type.root === 'DECIMAL' ? 10n ** BigInt(plan.type.scale) : 1n;
    this.draw.set(plan.start, plan.start + factor - 1n);
  }

  protected override fill(rows: number, numbers: number): void {
    const { kernels } = this.context.wasm;
    const { type, values } = this.buffer;
    const { address } = this.draw;
    switch (type.root) {
      case 'CHAR':
      case 'VARCHAR': {
        const bytes = this.#heap.reserve(rows * MAX_DIGITS);
        this.#heap.truncate(bytes + (kernels.sequenceText(rows, numbers, address, values, bytes) >>> 0));
        break;
      }
      case 'BINARY':
      case 'VARBINARY':
        kernels.sequenceBytes(rows, numbers, address, values, this.#heap.reserve(rows * 8));
        break;
      case 'DECIMAL':
        kernels.sequenceDecimal(rows, numbers, address, physicalWidth(type), values);
        break;
      case 'TINYINT':
      case 'SMALLINT':
      case 'INTEGER':
      case 'BIGINT':
      case 'FLOAT':
      case 'DOUBLE':
        kernels[SEQUENCE_KERNELS[type.root]](rows, numbers, address, values);
        break;
      default:
        throw new TypeError(`a sequence of ${type.root} was planned`);
    }
  }
}
