import { isView, physicalWidth, type Column } from '../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { Predicate } from '../expressions/predicate.ts';
import type { RexNode } from '../expressions/rex-node.ts';
import { KeyLayout, KeyRecords } from '../state/key-records.ts';
import { PagedStateGroup, RestoredPagedStateGroup } from '../state/paged-state-group.ts';
import { RuntimeFailure } from '../types/errors.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { joinChangesOf, type JoinChanges } from './join/join-changes.ts';
import { JoinProgress } from './join/join-progress.ts';
import { JoinRecordStateView, type JoinInputSideSpec } from './join/join-record-state-view.ts';
import { JoinedColumns } from './join/joined-columns.ts';
import { RowRecords } from './join/row-records.ts';
import type { JoinSpec } from './operator-spec.ts';
import { TwoInputStreamOperator, type OperatorContext } from './stream-operator.ts';

const STATE = 'join';
const NAMES = ['left', 'right'] as const;

/** One input: its state, and its columns in joined rows. */
interface JoinSide {
  readonly keys: readonly number[];
  readonly state: JoinRecordStateView;
  readonly records: RowRecords;
  readonly columns: JoinedColumns;
  /** What the residual condition reads of it. */
  readonly tested: JoinedColumns | undefined;
  readonly changes: JoinChanges;
}

/**
 * The regular join (S-38, S-39): keeps all rows of both inputs, and says how the joined table changes with each row.
 *
 * A batch of one input is put into its side's state and looked up in the other's. Kernels list pairs of a row and a stored row, a batch of
 * them at a time, from which the residual condition is computed, and then the changes, in the order of rows and, for each, of
 * stored rows from the oldest on. Rows that no key can match, for a NULL in it, are not kept.
 */
export class StreamingJoin extends TwoInputStreamOperator {
  readonly #spec: JoinSpec;
  readonly #sides: readonly [JoinSide, JoinSide];
  readonly #keys: KeyRecords;
  readonly #progress: JoinProgress;
  readonly #slots: number;
  readonly #mask: number;
  readonly #stored: number;
  #predicate: Predicate | undefined;

  constructor(context: OperatorContext, spec: JoinSpec) {
    super(context);
    this.#spec = spec;
    const { wasm, pool } = context;
    const layouts = [
      keyLayout(spec.leftType, spec.leftKeys),
      keyLayout(spec.rightType, spec.rightKeys),
    ] as const;
    layouts[0].types.forEach((type, i) => {
      const other = layouts[1].types[i];
      if (!other || !isComparable(type, other)) {
        throw new RuntimeFailure(
          `A join of keys of the types ${type.root} and ${other?.root} is not supported.`,
        );
      }
    });
    this.#keys = new KeyRecords(wasm, pool, layouts[0]);
    this.#sides = [this.#side(0, layouts[0]), this.#side(1, layouts[1])];
    this.#progress = new JoinProgress(wasm, pool);
    const slots = SlotAllocator.of(pool);
    this.#slots = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#mask = slots.allocate(MAX_BATCH_ROWS);
    this.#stored = slots.allocate(4 * MAX_BATCH_ROWS);
  }

  override open(): void {
    const { context } = this;
    const { wasm, pool, configuration, clock, userFunctions } = context;
    const { condition, leftType, rightType } = this.#spec;
    if (condition) {
      this.#predicate = new Predicate(wasm, pool, {
        condition,
        inputType: { ...leftType, fields: [...leftType.fields, ...rightType.fields] },
        configuration,
        clock,
        ...(userFunctions && { userFunctions }),
      });
    }
    const group = new PagedStateGroup(STATE, wasm);
    const signature = this.#sides.map(({ state }) => state.signature);
    group.extra = () => signature;
    this.#sides.forEach(({ state }, i) => state.register(group, NAMES[i]!)); // two sides
    const keyGroups = this.#keyGroups();
    for (const old of keyGroups ? context.restoredPagedState(STATE) : []) {
      const restored = new RestoredPagedStateGroup(old);
      if (JSON.stringify(restored.extra) !== JSON.stringify(signature)) {
        throw new RuntimeFailure(
          'The checkpoint holds rows of another form than the join has: the query changed.',
        );
      }
      this.#sides.forEach(({ state }, i) =>
        state.restore(restored, NAMES[i]!, keyGroups!, context.task.maxParallelism, this.#keys),
      ); // as above, and the loop runs with key groups only
    }
    context.registerPagedState(group);
  }

  override processBatch(input: 0 | 1, batch: RecordBatch): void {
    const { rowCount: rows, kinds } = batch;
    if (rows === 0) return;
    const { kernels } = this.context.wasm;
    const progress = this.#progress;
    const own = this.#sides[input];
    const other = this.#sides[input === 0 ? 1 : 0];
    const now = this.context.clock.now();
    own.state.setTime(now);
    other.state.setTime(now);
    const keys = own.keys.map((key) => batch.column(key));
    const mask = this.#nullMask(rows, keys);
    this.#keys.pack(rows, keys);
    const found = other.state.find(rows, this.#keys, mask, progress.heads);
    own.state.table.lookup(rows, this.#keys, this.#slots, mask);
    own.records.pack(batch);
    own.state.update(
      { rows, kinds, slots: this.#slots, records: own.records },
      this.#stored,
      progress.replaced,
    );
    progress.begin(rows, kinds, other.state.control, own.changes, found > 0);
    this.#join(input, batch);
    if (other.changes.counts) kernels.joinAssociate(rows, this.#stored, progress.matches);
    own.state.settle();
  }

  override close(): void {
    const slots = SlotAllocator.of(this.context.pool);
    slots.release(this.#slots, 4 * MAX_BATCH_ROWS);
    slots.release(this.#mask, MAX_BATCH_ROWS);
    slots.release(this.#stored, 4 * MAX_BATCH_ROWS);
    for (const { state, records, columns, tested } of this.#sides) {
      state.release();
      records.release();
      columns.release();
      tested?.release();
    }
    this.#keys.release();
    this.#progress.release();
    this.#predicate?.release();
  }

  #side(input: 0 | 1, layout: KeyLayout): JoinSide {
    const { wasm, pool } = this.context;
    const { condition, joinType, leftType } = this.#spec;
    const spec = sideSpec(this.#spec, input);
    const state = new JoinRecordStateView(wasm, pool, spec, layout);
    const first = input === 0 ? 0 : leftType.fields.length;
    const read = condition && columnsOf(condition);
    return {
      keys: spec.keys,
      state,
      records: new RowRecords(wasm, pool, state.layout),
      columns: new JoinedColumns(wasm, pool, spec.type, state.layout, state.rowOffset),
      tested:
        read &&
        new JoinedColumns(wasm, pool, spec.type, state.layout, state.rowOffset, (column) =>
          read.has(first + column),
        ),
      changes: joinChangesOf(joinType, input),
    };
  }

  /** Without keys all rows are of one key, which is the first subtask's whatever its hash. */
  #keyGroups() {
    const { task, keyGroups } = this.context;
    if (this.#spec.leftKeys.length > 0) return keyGroups;
    return task.subtask === 0 ? { start: 0, end: task.maxParallelism - 1 } : undefined;
  }

  /** Address of a byte a row: 0 where a NULL in the key keeps it from matching anything; or 0, where there is none. */
  #nullMask(rows: number, keys: readonly Column[]): number {
    let hasMask = false;
    keys.forEach(({ validity, stride, type }, i) => {
      if (validity === 0 || !this.#spec.filterNulls[i]) return;
      const step = stride === 0 && type.root !== 'ROW' ? 0 : 1;
      this.context.wasm.kernels.joinKeyMask(rows, validity, step, this.#mask, hasMask ? 0 : 1);
      hasMask = true;
    });
    return hasMask ? this.#mask : 0;
  }

  #join(input: 0 | 1, batch: RecordBatch): void {
    const progress = this.#progress;
    while (!progress.isPaired) {
      const pairs = progress.nextPairs();
      if (this.#predicate && pairs > 0) this.#test(this.#predicate, input, batch, pairs);
      progress.tell((count) => this.#emit(input, batch, count));
    }
    progress.tell((count) => this.#emit(input, batch, count));
  }

  /** Keeps the pairs for which the residual condition is TRUE. */
  #test(predicate: Predicate, input: 0 | 1, batch: RecordBatch, pairs: number): void {
    const { pairRows, pairAddresses } = this.#progress;
    const columns = this.#sides.map(({ tested }, i) =>
      i === input
        ? tested!.fromBatch(batch.columns, pairRows, pairs, ALL)
        : tested!.fromState(pairAddresses, pairs, ALL),
    ); // set where there is a condition
    const { address, count } = predicate.select(new RecordBatch(pairs, columns.flat()));
    if (count < pairs) this.#progress.select(address, count);
  }

  #emit(input: 0 | 1, batch: RecordBatch, count: number): void {
    const { rows, blocks, hasRow, hasBlock, kinds } = this.#progress;
    const { joinType } = this.#spec;
    const { counts, unmatched } = this.#sides[input].changes;
    const isLeftOnly = joinType === 'SEMI' || joinType === 'ANTI';
    const ofRows = counts && !isLeftOnly ? { address: hasRow } : ALL;
    const ofBlocks = unmatched[0] !== 255 ? { address: hasBlock } : ALL;
    const columns = this.#sides
      .slice(0, isLeftOnly ? 1 : 2)
      .flatMap(({ columns }, i) =>
        i === input
          ? columns.fromBatch(batch.columns, rows, count, ofRows)
          : columns.fromState(blocks, count, ofBlocks),
      );
    const isInsertOnly = batch.kinds === 0 && !counts;
    this.output.emit(new RecordBatch(count, columns, isInsertOnly ? 0 : kinds));
  }
}

const ALL = { address: 0 };

function keyLayout({ fields }: JoinSpec['leftType'], keys: readonly number[]): KeyLayout {
  return new KeyLayout(keys.map((key) => fields[key]!.type)); // checked by the planner
}

/** Whether equal values of two types have the same bytes as keys. */
function isComparable(a: LogicalType, b: LogicalType): boolean {
  if (a.root === 'ROW' && b.root === 'ROW') {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((field, i) => isComparable(field.type, b.fields[i]!.type)) // as long
    );
  }
  if (isView(a) && isView(b)) return true;
  if (a.root === 'DECIMAL' && b.root === 'DECIMAL' && a.scale !== b.scale) return false;
  return a.root === b.root && physicalWidth(a) === physicalWidth(b);
}

function sideSpec(spec: JoinSpec, input: 0 | 1): JoinInputSideSpec {
  return input === 0
    ? {
        type: spec.leftType,
        keys: spec.leftKeys,
        uniqueKey: spec.leftUniqueKey,
        timeToLiveMs: spec.leftStateTtlMs,
      }
    : {
        type: spec.rightType,
        keys: spec.rightKeys,
        uniqueKey: spec.rightUniqueKey,
        timeToLiveMs: spec.rightStateTtlMs,
      };
}

/** Columns of the row that an expression reads. */
function columnsOf(node: RexNode, columns = new Set<number>()): Set<number> {
  if (node.kind === 'input') columns.add(node.index);
  else if (node.kind === 'field') columnsOf(node.node, columns);
  else if (node.kind === 'call') for (const operand of node.operands) columnsOf(operand, columns);
  return columns;
}
