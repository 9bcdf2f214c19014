import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { encodeBatch } from '../../engine/data/batch-codec.ts';
import type { RecordBatch } from '../../engine/data/record-batch.ts';
import { decodeRows } from '../../engine/data/row-decoder.ts';
import type { OperatorFactory } from '../../engine/operators/registry.ts';
import type { JoinSpec, TableSinkSpec, TableSourceSpec } from '../../engine/operators/operator-spec.ts';
import {
  OneInputStreamOperator,
  SourceOperator,
  TwoInputStreamOperator,
  type OperatorContext,
  type OperatorSnapshot,
} from '../../engine/operators/stream-operator.ts';
import type { PagedState } from '../../engine/state/paged-state.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { INSERT_ONLY } from '../../engine/types/row-kind.ts';
import { keyGroupOf, rowHash } from '../reference/key-hasher.ts';
import { linesOf } from './rows.ts';

const INT: LogicalType = { root: 'INTEGER', nullable: true };

/** `k INT, n INT`: what every test operator reads and emits. */
export const PAIRS: RowType = {
  root: 'ROW',
  nullable: false,
  fields: [
    { name: 'k', type: INT },
    { name: 'n', type: INT },
  ],
};

/** What the operators of a test job share with the test. */
export class TestWorld {
  /** Rows that sources may emit in all, each split for itself; more wait until it is raised. */
  #limit = Infinity;
  #waiting: (() => void)[] = [];
  /** What happened, a line each: `sink/0: +I[1, 2]`. */
  readonly log: string[] = [];
  /** Rows of two-phase sinks: written under a transaction, and made visible once. */
  readonly prepared = new Map<string, readonly string[]>();
  readonly committed: string[] = [];
  /** Sinks wait for it, if there is one, before each batch. */
  sinkGate: Promise<void> | undefined;

  get limit(): number {
    return this.#limit;
  }

  set limit(rows: number) {
    this.#limit = rows;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  raised(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  commit(transaction: string): void {
    this.committed.push(...(this.prepared.get(transaction) ?? []));
    this.prepared.delete(transaction);
  }

  /** Makes the operators by the name of their connector. */
  readonly createOperator: OperatorFactory = (context, spec) => {
    if (spec.kind === 'Join') return new TaggingUnion(context);
    if (spec.kind === 'TableSource') return new NumbersSource(context, spec, this);
    if (spec.kind !== 'TableSink') throw new Error(`no test operator for ${spec.kind}`);
    switch (spec.connector) {
      case 'count':
        return new KeyedCount(context);
      case 'two-phase':
        return new TwoPhaseSink(context, this);
      case 'pass':
        return new Pass(context, this, spec.options);
      case 'record':
        return new RecordingSink(context, this);
      default:
        throw new Error(`no test operator ${spec.connector}`);
    }
  };
}

/** `splits` sequences of `count` rows each; row i of split s is `[(s * count + i) % keys, s * count + i]`. */
export function numbersSource(options: {
  readonly count: number;
  readonly splits?: number;
  readonly batch?: number;
  readonly keys?: number;
}): TableSourceSpec {
  return {
    kind: 'TableSource',
    table: 'numbers',
    connector: 'numbers',
    options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)])),
    rowType: PAIRS,
    metadata: [],
    required: [true, true],
  };
}

export function testOperator(
  connector: 'count' | 'two-phase' | 'pass' | 'record',
  options: Readonly<Record<string, string>> = {},
): TableSinkSpec {
  return {
    kind: 'TableSink',
    table: connector,
    connector,
    options,
    rowType: PAIRS,
    primaryKey: [],
    partitionKeys: [],
    staticPartition: {},
    overwrite: false,
    changelogMode: INSERT_ONLY,
  };
}

/** Both inputs' rows, those of the second with the key negated. */
export const TAGGING_UNION: JoinSpec = {
  kind: 'Join',
  joinType: 'INNER',
  leftKeys: [],
  rightKeys: [],
  filterNulls: [],
  leftType: PAIRS,
  rightType: PAIRS,
  outputType: PAIRS,
  leftUniqueKey: { kind: 'NoUniqueKey' },
  rightUniqueKey: { kind: 'NoUniqueKey' },
  leftStateTtlMs: 0,
  rightStateTtlMs: 0,
};

function rowsOf(context: OperatorContext, batch: RecordBatch): number[][] {
  const bytes = encodeBatch(batch, context.wasm, context.pool, PAIRS);
  return decodeRows(bytes, PAIRS).map(({ values }) => values as number[]);
}

/** Its state is the next row of every split that it has; splits are dealt out anew at another parallelism. */
class NumbersSource extends SourceOperator {
  readonly #world: TestWorld;
  readonly #builder: BatchBuilder;
  readonly #count: number;
  readonly #keys: number;
  readonly #batch: number;
  readonly #splitCount: number;
  readonly #next = new Map<number, number>();
  #turn = 0;

  constructor(context: OperatorContext, { options }: TableSourceSpec, world: TestWorld) {
    super(context);
    this.#world = world;
    this.#builder = new BatchBuilder(context.wasm, context.pool, PAIRS);
    this.#count = Number(options['count']);
    this.#splitCount = Number(options['splits'] ?? 1);
    this.#batch = Number(options['batch'] ?? 10);
    this.#keys = Number(options['keys'] ?? 1000);
  }

  override open(): void {
    const { subtask, parallelism } = this.context.task;
    const restored = new Map(
      this.context.restoredOperatorState.flatMap((state) => state as [number, number][]),
    );
    for (let split = subtask; split < this.#splitCount; split += parallelism) {
      this.#next.set(split, restored.get(split) ?? 0);
    }
  }

  poll(): 'more' | 'nothing' | 'end' {
    const open = [...this.#next].filter(([, next]) => next < this.#count);
    if (open.length === 0) return 'end';
    const ready = open.filter(([, next]) => next < this.#world.limit);
    const pick = ready[this.#turn++ % Math.max(1, ready.length)];
    if (!pick) return 'nothing';
    const [split, from] = pick;
    const to = Math.min(this.#count, this.#world.limit, from + this.#batch);
    for (let i = from; i < to; i++) {
      const n = split * this.#count + i;
      this.#builder.append([n % this.#keys, n]);
    }
    this.#next.set(split, to);
    this.output.emit(this.#builder.build());
    this.output.emitWatermark(Math.min(...this.#next.values()));
    return 'more';
  }

  override whenAvailable(): Promise<void> {
    return this.#world.raised();
  }

  override snapshotState(): OperatorSnapshot {
    return { state: [...this.#next] };
  }

  override finish(): void {
    this.#world.log.push(`${this.context.task.vertexId}/${this.context.task.subtask}: finish`);
  }

  override close(): void {
    this.#builder.release();
  }
}

const PAGE_BYTES = 1024;

/** Counts rows by key and emits `[k, count]` for each row; its state is a page a key group, written where it changed. */
class KeyedCount extends OneInputStreamOperator {
  readonly #counts = new Map<number, number>();
  readonly #dirty = new Set<number>();
  readonly #builder: BatchBuilder;

  constructor(context: OperatorContext) {
    super(context);
    this.#builder = new BatchBuilder(context.wasm, context.pool, PAIRS);
    const state: PagedState = { name: 'counts', snapshot: (full) => this.#snapshot(full) };
    context.registerPagedState(state);
  }

  override open(): void {
    const { start, end } = this.context.keyGroups;
    for (const { bytes } of this.context.restoredPagedState('counts')) {
      for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
        const text = new TextDecoder().decode(bytes.subarray(at, at + PAGE_BYTES)).replace(/\0+$/, '');
        if (text === '') continue;
        for (const [key, count] of JSON.parse(text) as [number, number][]) {
          const group = this.#groupOf(key);
          if (group >= start && group <= end) this.#counts.set(key, count);
        }
      }
    }
  }

  override processBatch(batch: RecordBatch): void {
    for (const [key] of rowsOf(this.context, batch) as [number, number][]) {
      const count = (this.#counts.get(key) ?? 0) + 1;
      this.#counts.set(key, count);
      this.#dirty.add(this.#groupOf(key));
      this.#builder.append([key, count]);
    }
    this.output.emit(this.#builder.build());
  }

  override close(): void {
    this.#builder.release();
  }

  #groupOf(key: number): number {
    return keyGroupOf(rowHash([INT], [key]), 128);
  }

  #snapshot(full: boolean) {
    const byGroup = new Map<number, [number, number][]>();
    for (const [key, count] of this.#counts) {
      const group = this.#groupOf(key);
      byGroup.set(group, [...(byGroup.get(group) ?? []), [key, count]]);
    }
    const pages = [...byGroup]
      .filter(([group]) => full || this.#dirty.has(group))
      .sort(([a], [b]) => a - b)
      .map(([index, entries]) => {
        const bytes = new Uint8Array(PAGE_BYTES);
        bytes.set(new TextEncoder().encode(JSON.stringify(entries)));
        return { index, bytes };
      });
    this.#dirty.clear();
    return { name: 'counts', meta: null, pageSize: PAGE_BYTES, pageCount: 128, pages };
  }
}

/** Writes under a transaction a checkpoint, and commits with its completion (S-72: all up to it). */
class TwoPhaseSink extends OneInputStreamOperator {
  readonly #world: TestWorld;
  #lines: string[] = [];
  #transactions: [checkpointId: number, name: string][] = [];

  constructor(context: OperatorContext, world: TestWorld) {
    super(context);
    this.#world = world;
  }

  override open(): void {
    for (const state of this.context.restoredOperatorState) {
      for (const name of state as string[]) this.#world.commit(name);
    }
  }

  override processBatch(batch: RecordBatch): void {
    const bytes = encodeBatch(batch, this.context.wasm, this.context.pool, PAIRS);
    this.#lines.push(...linesOf(bytes, PAIRS));
  }

  override snapshotState(checkpointId: number): OperatorSnapshot {
    const { vertexId, subtask, attempt } = this.context.task;
    const name = `${vertexId}/${subtask}/${attempt}/${checkpointId}`;
    const lines = this.#lines;
    this.#lines = [];
    this.#transactions.push([checkpointId, name]);
    const completion = Promise.resolve().then(() => void this.#world.prepared.set(name, lines));
    return { state: this.#transactions.map(([, transaction]) => transaction), completion };
  }

  override async notifyCheckpointComplete(checkpointId: number): Promise<void> {
    await Promise.resolve();
    for (const [id, name] of this.#transactions) if (id <= checkpointId) this.#world.commit(name);
    this.#transactions = this.#transactions.filter(([id]) => id > checkpointId);
  }
}

/** Passes everything on. Options: `fail-at` (a value of n), `fail-in` open, background, kernel or snapshot, `timer` (milliseconds until it says so). */
class Pass extends OneInputStreamOperator {
  readonly #world: TestWorld;
  readonly #options: Readonly<Record<string, string>>;

  constructor(context: OperatorContext, world: TestWorld, options: Readonly<Record<string, string>>) {
    super(context);
    this.#world = world;
    this.#options = options;
  }

  override async open(): Promise<void> {
    if (this.#options['fail-in'] === 'open') throw new Error('cannot open');
    const timer = this.#options['timer'];
    const { clock } = this.context;
    if (timer !== undefined) {
      clock.schedule(Number(timer), () => this.#world.log.push(`timer at ${clock.now()}`));
    }
  }

  override processBatch(batch: RecordBatch): void {
    const failAt = this.#options['fail-at'];
    if (failAt !== undefined && rowsOf(this.context, batch).some(([, n]) => n === Number(failAt))) {
      if (this.#options['fail-in'] === 'kernel') this.context.wasm.kernels.gather64(1, 0, 8, 2 ** 32 - 8, 0);
      if (this.#options['fail-in'] === 'background') this.context.fail(new Error('failed in the background'));
      else throw new TypeError(`${failAt} is no good`);
    }
    this.output.emit(batch);
  }

  override snapshotState(): undefined {
    if (this.#options['fail-in'] === 'snapshot') throw new Error('cannot snapshot');
  }
}

/** Writes rows, watermarks, statuses and its end to the log. */
class RecordingSink extends OneInputStreamOperator {
  readonly #world: TestWorld;
  readonly #prefix: string;

  constructor(context: OperatorContext, world: TestWorld) {
    super(context);
    this.#world = world;
    this.#prefix = `${context.task.vertexId}/${context.task.subtask}: `;
  }

  override processBatch(batch: RecordBatch): void {
    const bytes = encodeBatch(batch, this.context.wasm, this.context.pool, PAIRS);
    for (const line of linesOf(bytes, PAIRS)) this.#log(line);
  }

  override processWatermark(timestamp: number): void {
    this.#log(`watermark ${timestamp === MAX_WATERMARK ? 'end' : timestamp}`);
  }

  override blocked(): Promise<void> | undefined {
    return this.#world.sinkGate;
  }

  override notifyCheckpointAborted(checkpointId: number): void {
    this.#log(`aborted ${checkpointId}`);
  }

  override finish(): void {
    this.#log('finish');
  }

  override close(): void {
    this.#log('close');
  }

  #log(line: string): void {
    this.#world.log.push(this.#prefix + line);
  }
}

class TaggingUnion extends TwoInputStreamOperator {
  readonly #builder: BatchBuilder;

  constructor(context: OperatorContext) {
    super(context);
    this.#builder = new BatchBuilder(context.wasm, context.pool, PAIRS);
  }

  override processBatch(input: 0 | 1, batch: RecordBatch): void {
    if (input === 0) return this.output.emit(batch);
    for (const [key, n] of rowsOf(this.context, batch) as [number, number][])
      this.#builder.append([-key - 1, n]);
    this.output.emit(this.#builder.build());
  }

  override close(): void {
    this.#builder.release();
  }
}
