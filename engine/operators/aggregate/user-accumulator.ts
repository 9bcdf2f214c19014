import { ByteHeap } from '../../data/byte-heap.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Value } from '../../data/value.ts';
import { readValues } from '../../expressions/column-values.ts';
import { flawOf, type AggregateFunctionDefinition } from '../../expressions/user-function.ts';
import { messageOf, shownResult, shownValue } from '../../expressions/user-function-values.ts';
import { userValueCheck } from '../../expressions/user-value-check.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import { typeText } from '../../types/type-text.ts';
import type { AggregateCall } from '../aggregate-call.ts';
import { accumulatorOf, accumulatorText } from './accumulator-text.ts';
import { Accumulator, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import type { RowWeights } from './row-weights.ts';

const SLOTS = 4 * MAX_BATCH_ROWS;
const VIEWS = 8 * MAX_BATCH_ROWS;
/** Bytes of a block beside its text, at most, for small texts; larger blocks are rounded up by a quarter. */
const BLOCK = 24;
/** Accumulators of a table that are kept as objects. */
const KEPT = 4096;

/** An accumulator while a batch runs over it. */
interface OpenState {
  readonly slot: number;
  accumulator: unknown;
  isChanged: boolean;
  isDead: boolean;
  value: Value | undefined;
}

/**
 * A user's aggregate function: an object for each entry, which the function folds rows into, one after the other.
 *
 * The object lies in the entry as text (`accumulator-text.ts`), written once a batch, so that checkpoints, windows and rescaling treat it like
 * any other accumulator. What was read or written last is kept as an object, too, by the place of its text, which is another after each change.
 */
export class UserAccumulator extends Accumulator {
  readonly bytes = 8;
  override readonly needsTexts = true;
  /** Results before and after each row, which `UserResult` shows. */
  readonly results: Record<Part, Value[]> = { before: [], after: [] };
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #call: AggregateCall;
  readonly #weights: RowWeights;
  readonly #function: AggregateFunctionDefinition;
  readonly #check: (value: Value) => boolean;
  readonly #kept = new WeakMap<AggregateTable, Map<number, unknown>>();
  readonly #heap: ByteHeap;
  readonly #slots: number;
  readonly #views: number;
  /** Rows of the batches before, for messages. */
  #rowsBefore = 0;

  /** @param code what the module exported */
  constructor(wasm: Wasm, pool: MemorySegmentPool, call: AggregateCall, weights: RowWeights, code: unknown) {
    super(wasm, pool, 8);
    this.#wasm = wasm;
    this.#pool = pool;
    this.#call = call;
    this.#weights = weights;
    const flaw = code === undefined ? 'its code is not there' : flawOf(code);
    if (flaw !== undefined) throw new RuntimeFailure(`Function ${call.function} cannot be called: ${flaw}.`);
    this.#function = code as AggregateFunctionDefinition; // has no flaw
    this.#check = userValueCheck(call.type);
    this.#heap = new ByteHeap(pool);
    this.#slots = SlotAllocator.of(pool).allocate(SLOTS);
    this.#views = SlotAllocator.of(pool).allocate(VIEWS);
  }

  accumulate({ rows, columns, slots, life, storage, wantsBefore, wantsAfter }: AccumulateStep): void {
    const { buffer } = this.#wasm.memory;
    const entries = new Uint32Array(buffer, slots, rows).slice();
    const weights =
      this.#weights.current === 0 ? undefined : new Int8Array(buffer, this.#weights.current, rows).slice();
    const lives = life === 0 ? undefined : new Uint8Array(buffer, life, rows).slice();
    const args = this.#call.arguments.map((argument) => readValues(this.#wasm, columns[argument]!, rows)); // planned
    const states = new Map<number, OpenState>();
    const { before, after } = this.results;
    before.length = wantsBefore ? rows : 0;
    after.length = wantsAfter ? rows : 0;
    for (let row = 0; row < rows; row++) {
      const slot = entries[row]!; // one a row
      let state = states.get(slot);
      if (!state) states.set(slot, (state = this.#open(slot, storage)));
      if (lives && (lives[row]! & 1) === 0) this.#renew(state);
      if (wantsBefore) before[row] = this.#valueOf(state);
      const weight = weights ? weights[row]! : 1;
      if (weight !== 0) this.#fold(state, weight, args, row);
      if (wantsAfter) after[row] = this.#valueOf(state);
      state.isDead = lives !== undefined && (lives[row]! & 2) === 0;
    }
    this.#rowsBefore += rows;
    this.#save(
      [...states.values()].filter(({ isChanged, isDead }) => isChanged || isDead),
      storage,
      true,
    );
  }

  merge({ rows, from, to, source, target }: MergeStep): void {
    const [froms, tos] = this.#pairs(rows, from, to);
    const states = froms.map((slot, i): OpenState => {
      const other = this.#open(slot, source);
      const state = this.#open(tos[i]!, target); // as many
      const { merge } = this.#function;
      if (!merge) throw this.#failure('it has no function merge, which windows made of slices need');
      const merged = this.#guarded(() =>
        Reflect.apply(merge, this.#function, [state.accumulator, other.accumulator]),
      );
      if (merged !== undefined) state.accumulator = merged;
      state.isChanged = true;
      return state;
    });
    this.#save(states, target, true);
  }

  read(rows: number, slots: number, part: Part, storage: AggregateTable): void {
    const entries = new Uint32Array(this.#wasm.memory.buffer, slots, rows).slice();
    this.results[part] = Array.from(entries, (slot) => this.#valueOf(this.#open(slot, storage)));
  }

  override adopt(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
  ): void {
    const [froms, tos] = this.#pairs(rows, from, to);
    const states = froms.map((slot, i): OpenState => ({ ...this.#open(slot, source), slot: tos[i]! })); // as many
    this.#save(states, target, false);
  }

  override clear(rows: number, slots: number, storage: AggregateTable): void {
    const entries = new Uint32Array(this.#wasm.memory.buffer, slots, rows).slice();
    const states = Array.from(entries, (slot) => ({ ...this.#open(slot, storage), isDead: true }));
    this.#save(states, storage, true);
  }

  override release(): void {
    super.release();
    this.#heap.release();
    const slots = SlotAllocator.of(this.#pool);
    slots.release(this.#slots, SLOTS);
    slots.release(this.#views, VIEWS);
  }

  // ------------------------------------------------------------------------------------------------ the function

  #fold(state: OpenState, weight: number, args: readonly (readonly Value[])[], row: number): void {
    const code = this.#function;
    const fold = weight > 0 ? code.accumulate : code.retract;
    if (!fold) throw this.#failure('it has no function retract, and a row is taken back');
    const values = args.map((column) => column[row]!); // a value a row
    const folded = this.#guarded(
      () => Reflect.apply(fold, code, [state.accumulator, ...values]),
      values,
      row,
    );
    if (folded !== undefined) state.accumulator = folded;
    state.isChanged = true;
    state.value = undefined;
  }

  #created(): unknown {
    return this.#guarded(() => this.#function.createAccumulator());
  }

  #renew(state: OpenState): void {
    state.accumulator = this.#created();
    state.value = undefined;
    state.isChanged = true;
  }

  #valueOf(state: OpenState): Value {
    if (state.value !== undefined) return state.value;
    const code = this.#function;
    const given: unknown = this.#guarded(() => Reflect.apply(code.getValue, code, [state.accumulator]));
    const value = (given ?? null) as Value; // checked here
    const { type } = this.#call;
    if (value === null ? !type.nullable : !this.#check(value))
      throw this.#failure(`getValue gave ${shownResult(value)}, which is no value of type ${typeText(type)}`);
    state.value = value;
    return value;
  }

  #guarded(call: () => unknown, values: readonly Value[] = [], row = -1): unknown {
    let result: unknown;
    try {
      result = call();
    } catch (error) {
      throw this.#failure(messageOf(error), error, values, row);
    }
    if (result instanceof Promise)
      throw this.#failure('it gave a promise: an aggregate function does not wait');
    return result;
  }

  #failure(reason: string, cause?: unknown, values: readonly Value[] = [], row = -1): RuntimeFailure {
    const of = row < 0 ? '' : ` for (${values.map(shownValue).join(', ')})`;
    const at = row < 0 ? '' : `, row ${this.#rowsBefore + row + 1}`;
    const text = `Aggregate function ${this.#call.function} failed${of}: ${reason}${at}`;
    return new RuntimeFailure(text, {}, cause === undefined ? undefined : { cause });
  }

  // --------------------------------------------------------------------------------------------------- the state

  #pairs(rows: number, from: number, to: number): [number[], number[]] {
    const { buffer } = this.#wasm.memory;
    return [Array.from(new Uint32Array(buffer, from, rows)), Array.from(new Uint32Array(buffer, to, rows))];
  }

  #open(slot: number, storage: AggregateTable): OpenState {
    const [place = 0, length = 0] = new Uint32Array(this.#wasm.memory.buffer, slot + this.offset, 2);
    const state = { slot, isChanged: false, isDead: false, value: undefined };
    if (place === 0) return { ...state, accumulator: this.#created() };
    const kept = this.#keptOf(storage);
    let accumulator = kept.get(place);
    if (accumulator === undefined)
      accumulator = accumulatorOf(this.#text(place, length, storage), this.#created());
    kept.delete(place); // it is another's after a change
    kept.set(place, accumulator);
    return { ...state, accumulator };
  }

  #text(place: number, length: number, { texts }: AggregateTable): string {
    const address = texts!.pageAddress(place >>> 15) + (place & 32767); // planned with texts
    return decoder.decode(new Uint8Array(this.#wasm.memory.buffer, address, length).slice());
  }

  #keptOf(storage: AggregateTable): Map<number, unknown> {
    let kept = this.#kept.get(storage);
    if (!kept) this.#kept.set(storage, (kept = new Map<number, unknown>()));
    if (kept.size > KEPT) kept.clear();
    return kept;
  }

  /** Writes accumulators as texts into their entries. */
  #save(states: readonly OpenState[], storage: AggregateTable, frees: boolean): void {
    if (states.length === 0) return;
    const kept = this.#keptOf(storage);
    const texts = states.map(({ accumulator, isDead }) =>
      isDead ? undefined : encoder.encode(this.#guarded(() => accumulatorText(accumulator)) as string),
    );
    this.#heap.reset();
    let needed = 0;
    const addresses = texts.map((text) => {
      const length = text?.length ?? 0;
      needed += length + (length >> 2) + BLOCK;
      return length === 0 ? 0 : this.#heap.reserve(length);
    });
    storage.texts!.reserve(needed); // planned with texts
    const { buffer } = this.#wasm.memory;
    const memory = new Uint8Array(buffer);
    const slots = new Uint32Array(buffer, this.#slots, states.length);
    const views = new Uint32Array(buffer, this.#views, 2 * states.length);
    states.forEach(({ slot }, i) => {
      const text = texts[i];
      if (text) memory.set(text, addresses[i]);
      slots[i] = slot;
      views[2 * i] = addresses[i]!; // one a state
      views[2 * i + 1] = text?.length ?? 0;
      if (frees) kept.delete(new Uint32Array(buffer, slot + this.offset, 1)[0]!);
    });
    const { control } = storage.texts!;
    this.kernels.userStateStore(states.length, this.#slots, this.offset, this.#views, control, frees ? 1 : 0);
    for (const { slot, accumulator, isDead } of states) {
      const [place = 0] = new Uint32Array(buffer, slot + this.offset, 1);
      if (!isDead && place !== 0) kept.set(place, accumulator);
    }
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
