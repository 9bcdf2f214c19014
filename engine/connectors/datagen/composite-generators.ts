import { Column, isView, physicalWidth } from '../../data/column.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { ArrayPlan, MapPlan, RowPlan } from './column-plan.ts';
import { ColumnGenerator, type GeneratorContext, type Maker } from './column-generator.ts';

export class RowGenerator extends ColumnGenerator {
  readonly #type: RowType;
  readonly #fields: readonly Maker[];

  constructor(context: GeneratorContext, plan: RowPlan, rows: number, fields: readonly Maker[]) {
    super(context, { ...plan, type: { ...plan.type, fields: [] } }, rows); // the fields have buffers of their own
    this.#fields = fields;
    this.#type = plan.type;
  }

  override generate(rows: number, numbers: number, within: number): Column {
    const validity = this.validity(rows, numbers, within);
    const fields = this.#fields.map((field) => field.generate(rows, numbers, validity));
    return new Column(this.#type, 0, validity, undefined, fields);
  }

  override release(): void {
    super.release();
    for (const field of this.#fields) field.release();
  }
}

/** Element i of row n, both counted from 0, has number n * length + i. */
abstract class CollectionGenerator extends ColumnGenerator {
  protected readonly length: number;
  protected readonly numbers: number;
  readonly #slots: SlotAllocator;
  readonly #bytes: number;

  constructor(context: GeneratorContext, plan: ArrayPlan | MapPlan, rows: number) {
    super(context, plan, rows);
    this.length = plan.length;
    this.#slots = SlotAllocator.of(context.operator.pool);
    this.#bytes = Math.max(1, rows * plan.length) * 8;
    this.numbers = this.#slots.allocate(this.#bytes);
  }

  override release(): void {
    super.release();
    this.#slots.release(this.numbers, this.#bytes);
  }
}

export class ArrayGenerator extends CollectionGenerator {
  readonly #element: Maker;

  constructor(context: GeneratorContext, plan: ArrayPlan, rows: number, element: Maker) {
    super(context, plan, rows);
    this.#element = element;
    const ranges = new Uint32Array(this.context.wasm.memory.buffer, this.buffer.values, rows * 2);
    for (let row = 0; row < rows; row++) {
      ranges[row * 2] = row * plan.length;
      ranges[row * 2 + 1] = plan.length;
    }
  }

  override generate(rows: number, numbers: number, within: number): Column {
    this.context.wasm.kernels.elementNumbers(rows, numbers, this.length, this.numbers);
    const element = this.#element.generate(rows * this.length, this.numbers, 0);
    const { type, values } = this.buffer;
    return new Column(type, values, this.validity(rows, numbers, within), undefined, [element]);
  }

  override release(): void {
    super.release();
    this.#element.release();
  }
}

/**
 * Of the `length` keys of a row those that are new to it stay: like Flink's maps these have fewer entries where keys repeat. The numbers of
 * the entries that stay are moved together, and keys and values are made by them.
 */
export class MapGenerator extends CollectionGenerator {
  readonly #key: Maker;
  readonly #value: Maker;

  constructor(context: GeneratorContext, plan: MapPlan, rows: number, key: Maker, value: Maker) {
    super(context, plan, rows);
    this.#key = key;
    this.#value = value;
  }

  override generate(rows: number, numbers: number, within: number): Column {
    const { wasm } = this.context;
    wasm.kernels.elementNumbers(rows, numbers, this.length, this.numbers);
    const candidates = this.#key.generate(rows * this.length, this.numbers, 0);
    const entries = this.#dropRepeated(rows, candidates);
    const keys = entries === rows * this.length ? candidates : this.#key.generate(entries, this.numbers, 0);
    const children = [keys, this.#value.generate(entries, this.numbers, 0)];
    const { type, values } = this.buffer;
    return new Column(type, values, this.validity(rows, numbers, within), undefined, children);
  }

  override release(): void {
    super.release();
    this.#key.release();
    this.#value.release();
  }

  /** Gives how many entries stay, and writes the ranges of the rows. */
  #dropRepeated(rows: number, keys: Column): number {
    const { buffer } = this.context.wasm.memory;
    const numbers = new Float64Array(buffer, this.numbers, rows * this.length);
    const ranges = new Uint32Array(buffer, this.buffer.values, rows * 2);
    const isSame = keyComparison(buffer, keys);
    let entries = 0;
    for (let row = 0, candidate = 0; row < rows; row++) {
      ranges[row * 2] = entries;
      const first = candidate;
      for (; candidate < first + this.length; candidate++) {
        let other = first;
        while (other < candidate && !isSame(other, candidate)) other++;
        if (other === candidate) numbers[entries++] = numbers[candidate]!;
      }
      ranges[row * 2 + 1] = entries - ranges[row * 2]!;
    }
    return entries;
  }
}

type Comparison = (row: number, other: number) => boolean;

/** NULL is a key like any other. */
function keyComparison(buffer: ArrayBufferLike, { type, values, validity }: Column): Comparison {
  const bytes = new Uint8Array(buffer);
  const width = physicalWidth(type);
  const isText = isView(type);
  const views = new Uint32Array(buffer);
  return (row, other) => {
    if (validity !== 0) {
      const isSet = bytes[validity + row];
      if (isSet !== bytes[validity + other]) return false;
      if (isSet === 0) return true;
    }
    let at = values + row * width;
    let otherAt = values + other * width;
    let length = width;
    if (isText) {
      length = views[at / 4 + 1]!;
      if (length !== views[otherAt / 4 + 1]) return false;
      at = views[at / 4]!;
      otherAt = views[otherAt / 4]!;
    }
    for (let i = 0; i < length; i++) if (bytes[at + i] !== bytes[otherAt + i]) return false;
    return true;
  };
}
