import { BatchBuilder } from '../data/batch-builder.ts';
import type { RecordBatch } from '../data/record-batch.ts';
import type { Value } from '../data/value.ts';
import { readValues } from '../expressions/column-values.ts';
import { ExpressionEvaluator } from '../expressions/expression-evaluator.ts';
import type { RexCall } from '../expressions/rex-node.ts';
import { flawOf, type AsyncScalarFunctionDefinition } from '../expressions/user-function.ts';
import { messageOf, shownResult, shownValue } from '../expressions/user-function-values.ts';
import { userValueCheck } from '../expressions/user-value-check.ts';
import type { Json } from '../state/paged-state.ts';
import { parseDuration } from '../types/duration.ts';
import { RuntimeFailure } from '../types/errors.ts';
import { typeText } from '../types/type-text.ts';
import { accumulatorOf, accumulatorText } from './aggregate/accumulator-text.ts';
import type { AsyncCalcSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext, type OperatorSnapshot } from './stream-operator.ts';

/** `table.exec.async-scalar.*`. */
interface AsyncOptions {
  /** Rows whose calls may be open at a time. */
  readonly capacity: number;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly retryDelayMs: number;
}

interface PendingRow {
  readonly kind: 'row';
  readonly rowKind: number;
  /** Its place among all rows so far, for messages. */
  readonly number: number;
  readonly values: readonly Value[];
  /** Arguments of each call. */
  readonly args: readonly (readonly Value[])[];
  readonly results: Value[];
  /** Calls that have not answered; -1: none was made yet. */
  open: number;
  cancelTimeout: () => void;
}

type Pending =
  | PendingRow
  | { readonly kind: 'watermark'; readonly timestamp: number }
  | { readonly kind: 'status'; readonly isIdle: boolean };

type Code = AsyncScalarFunctionDefinition;

/**
 * Calls functions that answer later, for a number of rows at a time, and gives rows with their results in the order in which they came (S-76).
 * Watermarks keep their places between them.
 *
 * Rows that are not through lie in every checkpoint, with their kinds, and are asked about again after a restart. A call that fails is repeated
 * as the options say; one that does not answer in time, or gives what is not of its type, fails the job.
 */
export class AsyncCalc extends OneInputStreamOperator {
  readonly #spec: AsyncCalcSpec;
  readonly #options: AsyncOptions;
  readonly #results: BatchBuilder;
  readonly #checks: readonly ((value: Value) => boolean)[];
  readonly #queue: Pending[] = [];
  #codes: readonly Code[] = [];
  #operands: ExpressionEvaluator | undefined;
  /** Place in the queue of the first row that is not asked about. */
  #next = 0;
  #openRows = 0;
  /** Rows that have come so far. */
  #rows = 0;
  #isDrainScheduled = false;
  #isClosed = false;
  /** Whoever waits until all rows are asked about, and until all are through. */
  #whenAsked: (() => void) | undefined;
  #whenEmpty: (() => void) | undefined;
  #asked: Promise<void> | undefined;

  constructor(context: OperatorContext, spec: AsyncCalcSpec) {
    super(context);
    this.#spec = spec;
    this.#options = asyncOptions(context.configuration);
    this.#results = new BatchBuilder(context.wasm, context.pool, spec.outputType);
    this.#checks = spec.calls.map(({ type }) => userValueCheck(type));
  }

  override open(): void {
    const { wasm, pool, configuration, clock, userFunctions, restoredOperatorState, task } = this.context;
    const { calls, inputType } = this.#spec;
    this.#codes = calls.map((call) => definitionOf(call, this.context));
    this.#operands = new ExpressionEvaluator(wasm, pool, {
      inputType,
      expressions: calls.flatMap((call) => call.operands),
      configuration,
      clock,
      ...(userFunctions && { userFunctions }),
    });
    const isSameNumber = restoredOperatorState.length === task.parallelism;
    restoredOperatorState.forEach((state, subtask) => {
      if (subtask % task.parallelism === task.subtask) this.#restore(state, isSameNumber);
    });
  }

  override processBatch(batch: RecordBatch): void {
    this.#add(batch);
    this.#ask();
  }

  override processWatermark(timestamp: number): void {
    if (this.#queue.length === 0) this.output.emitWatermark(timestamp);
    else this.#queue.push({ kind: 'watermark', timestamp });
  }

  override processWatermarkStatus(isIdle: boolean): void {
    if (this.#queue.length === 0) this.output.emitWatermarkStatus(isIdle);
    else this.#queue.push({ kind: 'status', isIdle });
  }

  /** No more rows are taken while some that are here cannot be asked about yet. */
  override blocked(): Promise<void> | undefined {
    if (this.#next >= this.#queue.length) return undefined;
    return (this.#asked ??= new Promise((resolve) => (this.#whenAsked = resolve)));
  }

  override snapshotState(): OperatorSnapshot {
    const state = this.#queue.flatMap((pending): Json[] => {
      if (pending.kind === 'watermark') return [{ watermark: pending.timestamp }];
      return pending.kind === 'row' ? [{ kind: pending.rowKind, row: accumulatorText(pending.values) }] : [];
    });
    return { state };
  }

  override finish(): Promise<void> | undefined {
    if (this.#queue.length === 0) return undefined;
    return new Promise((resolve) => (this.#whenEmpty = resolve));
  }

  override close(): void {
    this.#isClosed = true;
    for (const pending of this.#queue) if (pending.kind === 'row') pending.cancelTimeout();
    this.#results.release();
    this.#operands?.release();
  }

  // ------------------------------------------------------------------------------------------------------- rows

  /** Takes the rows of a batch into the queue, with the arguments of their calls. */
  #add(batch: RecordBatch): void {
    const { wasm } = this.context;
    const { rowCount: rows, kinds, columns } = batch;
    const operands = (this.#operands?.evaluate(batch) ?? []).map((column) => readValues(wasm, column, rows));
    const values = columns.map((column) => readValues(wasm, column, rows));
    const rowKinds = kinds === 0 ? undefined : new Uint8Array(wasm.memory.buffer, kinds, rows).slice();
    for (let row = 0; row < rows; row++) {
      let next = 0;
      this.#queue.push({
        kind: 'row',
        rowKind: rowKinds?.[row] ?? 0,
        number: ++this.#rows,
        values: values.map((column) => column[row] ?? null),
        args: this.#spec.calls.map((call) => call.operands.map(() => operands[next++]?.[row] ?? null)),
        results: [],
        open: -1,
        cancelTimeout: () => {},
      });
    }
  }

  #ask(): void {
    for (; this.#next < this.#queue.length && this.#openRows < this.#options.capacity; this.#next++) {
      const pending = this.#queue[this.#next]!; // below the length
      if (pending.kind !== 'row') continue;
      this.#openRows++;
      pending.open = this.#codes.length;
      const { clock } = this.context;
      pending.cancelTimeout = clock.schedule(clock.now() + this.#options.timeoutMs, () =>
        this.#timedOut(pending),
      );
      this.#codes.forEach((_, call) => this.#call(pending, call, 1));
    }
    if (this.#next < this.#queue.length) return;
    this.#whenAsked?.();
    this.#asked = undefined;
    this.#whenAsked = undefined;
  }

  #call(row: PendingRow, call: number, attempt: number): void {
    const code = this.#codes[call]!; // one a call
    const args = row.args[call]!;
    const failed = (error: unknown): void => {
      if (this.#isClosed) return;
      const { attempts, retryDelayMs } = this.#options;
      if (attempt >= attempts) return this.context.fail(this.#failure(row, call, messageOf(error), error));
      const { clock } = this.context;
      clock.schedule(clock.now() + retryDelayMs, () => this.#call(row, call, attempt + 1));
    };
    try {
      const answer: unknown = Reflect.apply(code.eval, code, args);
      Promise.resolve(answer)
        .then((value) => this.#answered(row, call, value), failed)
        .catch((error: unknown) => this.context.fail(this.#failure(row, call, messageOf(error), error)));
    } catch (error) {
      failed(error);
    }
  }

  #answered(row: PendingRow, call: number, value: unknown): void {
    if (this.#isClosed) return;
    const result = (value ?? null) as Value; // checked here
    const { type } = this.#spec.calls[call]!; // one a call
    if (result === null ? !type.nullable : !this.#checks[call]!(result)) {
      const reason = `it gave ${shownResult(value)}, which is no value of type ${typeText(type)}`;
      return this.context.fail(this.#failure(row, call, reason));
    }
    row.results[call] = result;
    if (--row.open > 0) return;
    row.cancelTimeout();
    if (this.#isDrainScheduled) return;
    // Rows go on in the task's own turn.
    this.#isDrainScheduled = true;
    this.context.clock.schedule(this.context.clock.now(), () => this.#drain());
  }

  #timedOut(row: PendingRow): void {
    const call = this.#codes.findIndex((_, i) => !(i in row.results));
    this.context.fail(this.#failure(row, call, `no answer within ${this.#options.timeoutMs} ms`));
  }

  #failure(row: PendingRow, call: number, reason: string, cause?: unknown): RuntimeFailure {
    const name = this.#spec.calls[call]?.operator;
    const values = (row.args[call] ?? []).map(shownValue).join(', ');
    return new RuntimeFailure(
      `Function ${name} failed for (${values}): ${reason}, row ${row.number}`,
      {},
      cause === undefined ? undefined : { cause },
    );
  }

  /** Sends on what is through at the head of the queue. */
  #drain(): void {
    this.#isDrainScheduled = false;
    let done = 0;
    for (; done < this.#queue.length; done++) {
      const pending = this.#queue[done]!; // below the length
      if (pending.kind === 'row') {
        if (pending.open !== 0) break;
        this.#openRows--;
        if (this.#results.isFull) this.#emit();
        this.#results.append([...pending.values, ...pending.results], pending.rowKind);
      } else {
        this.#emit();
        if (pending.kind === 'watermark') this.output.emitWatermark(pending.timestamp);
        else this.output.emitWatermarkStatus(pending.isIdle);
      }
    }
    this.#queue.splice(0, done);
    this.#next = Math.max(0, this.#next - done); // a watermark may go on before it was looked at
    this.#emit();
    this.#ask();
    if (this.#queue.length === 0) this.#whenEmpty?.();
  }

  #emit(): void {
    if (this.#results.rowCount > 0) this.output.emit(this.#results.build());
  }

  #restore(state: Json, withWatermarks: boolean): void {
    const { wasm, pool } = this.context;
    const rows = new BatchBuilder(wasm, pool, this.#spec.inputType);
    const flush = (): void => {
      if (rows.rowCount > 0) this.#add(rows.build());
    };
    for (const pending of state as readonly ({ kind: number; row: string } | { watermark: number })[]) {
      if ('row' in pending) {
        if (rows.isFull) flush();
        rows.append(accumulatorOf(pending.row, undefined) as Value[], pending.kind);
      } else if (withWatermarks) {
        flush();
        this.#queue.push({ kind: 'watermark', timestamp: pending.watermark });
      }
    }
    flush();
    rows.release();
    this.#isDrainScheduled = true;
    this.context.clock.schedule(this.context.clock.now(), () => this.#drain());
  }
}

function definitionOf(call: RexCall, { userFunctions }: OperatorContext): Code {
  const code = userFunctions?.get(call.userFunction ?? '');
  const flaw = code === undefined ? 'its code is not there' : flawOf(code);
  if (flaw !== undefined) throw new RuntimeFailure(`Function ${call.operator} cannot be called: ${flaw}.`);
  return code as Code; // has no flaw
}

function asyncOptions(configuration: Readonly<Record<string, string>>): AsyncOptions {
  const number = (key: string, fallback: number): number => {
    const text = configuration[key];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value > 0) return value;
    throw new RuntimeFailure(`Invalid value '${text}' for option '${key}': a positive integer is expected.`);
  };
  const duration = (key: string, fallback: number): number => {
    const text = configuration[key];
    const value = text === undefined ? fallback : parseDuration(text);
    if (value !== undefined) return value;
    throw new RuntimeFailure(`Invalid value '${text}' for option '${key}': a duration is expected.`);
  };
  const retries = configuration['table.exec.async-scalar.retry-strategy']?.toUpperCase() !== 'NO_RETRY';
  return {
    capacity: number('table.exec.async-scalar.max-concurrent-operations', 10),
    timeoutMs: duration('table.exec.async-scalar.timeout', 180_000),
    attempts: retries ? number('table.exec.async-scalar.max-attempts', 3) : 1,
    retryDelayMs: duration('table.exec.async-scalar.retry-delay', 100),
  };
}
