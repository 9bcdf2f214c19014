import { Column } from '../data/column.ts';
import { RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import type { RexNode } from '../expressions/rex-node.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import { MAX_WATERMARK } from '../time/watermark.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { StreamingJoin } from './join.ts';
import type { HashJoinSpec, JoinSpec } from './operator-spec.ts';
import { RowBuffer } from './sort/row-buffer.ts';
import { TwoInputStreamOperator, type OperatorContext } from './stream-operator.ts';

/** Zeros: cell and validity of a NULL. */
const NULL_CELL = 32;

/**
 * A join in batch mode, which says nothing that it would have to take back: one input is built up in the state of a streaming join,
 * the other is kept aside and looked up in it once both have ended. Of a FULL join that is done twice, the second time for the rows of
 * the right side that have no match.
 *
 * | join | built | probed |
 * |---|---|---|
 * | INNER, LEFT, SEMI, ANTI | right | left |
 * | RIGHT | left | right |
 * | FULL | right, as a LEFT join, and left, as an ANTI join of the right side | left, then right |
 */
export class HashJoin extends TwoInputStreamOperator {
  readonly #spec: HashJoinSpec;
  readonly #join: StreamingJoin;
  /** Of a FULL join: the rows of the right side without a match; its own left input is our right one. */
  readonly #rest: StreamingJoin | undefined;
  readonly #kept: readonly [RowBuffer | undefined, RowBuffer | undefined];
  readonly #nullCell: number;

  constructor(context: OperatorContext, spec: HashJoinSpec) {
    super(context);
    this.#spec = spec;
    const { wasm, pool } = context;
    const { joinType, leftType, rightType } = spec;
    const isFull = joinType === 'FULL';
    const stateless = withoutState(context);
    const keepsLeft = joinType !== 'RIGHT';
    this.#join = new StreamingJoin(stateless, streaming(spec, isFull ? 'LEFT' : joinType));
    this.#rest = isFull ? new StreamingJoin(stateless, swapped(spec)) : undefined;
    this.#kept = [
      keepsLeft ? new RowBuffer(wasm, pool, leftType) : undefined,
      !keepsLeft || isFull ? new RowBuffer(wasm, pool, rightType) : undefined,
    ];
    this.#nullCell = SlotAllocator.of(pool).allocate(NULL_CELL);
  }

  override open(): void {
    new MemoryViews(this.context.wasm).u8.fill(0, this.#nullCell, this.#nullCell + NULL_CELL);
    this.#join.output = this.output;
    this.#join.open();
    if (!this.#rest) return;
    this.#rest.output = {
      emit: (batch) => this.output.emit(this.#padded(batch)),
      emitWatermark: (timestamp) => this.output.emitWatermark(timestamp),
      emitWatermarkStatus: (isIdle) => this.output.emitWatermarkStatus(isIdle),
    };
    this.#rest.open();
  }

  override processBatch(input: 0 | 1, batch: RecordBatch): void {
    const { joinType } = this.#spec;
    this.#kept[input]?.append(batch);
    const built = joinType === 'RIGHT' ? 0 : 1;
    if (input === built) this.#join.processBatch(input, batch);
    else this.#rest?.processBatch(1, batch);
  }

  override processWatermark(): void {}
  override processWatermarkStatus(): void {}

  override finish(): void {
    const [left, right] = this.#kept;
    if (this.#spec.joinType === 'RIGHT') {
      for (const batch of right?.batches ?? []) this.#join.processBatch(1, batch);
    } else {
      for (const batch of left?.batches ?? []) this.#join.processBatch(0, batch);
    }
    if (this.#rest) for (const batch of right?.batches ?? []) this.#rest.processBatch(0, batch);
    this.output.emitWatermark(MAX_WATERMARK);
  }

  override close(): void {
    this.#join.close();
    this.#rest?.close();
    for (const buffer of this.#kept) buffer?.release();
    SlotAllocator.of(this.context.pool).release(this.#nullCell, NULL_CELL);
  }

  /** Rows of the right side behind NULLs for the left one. */
  #padded(batch: RecordBatch): RecordBatch {
    const left = this.#spec.leftType.fields.map(({ type }) => this.#nulls(type));
    return new RecordBatch(batch.rowCount, [...left, ...batch.columns]);
  }

  #nulls(type: LogicalType): Column {
    const fields = type.root === 'ROW' ? type.fields.map((field) => this.#nulls(field.type)) : [];
    const isRow = type.root === 'ROW';
    return new Column({ ...type, nullable: true }, isRow ? 0 : this.#nullCell, this.#nullCell, 0, fields);
  }
}

/** A batch job takes no checkpoints. */
function withoutState(context: OperatorContext): OperatorContext {
  const { task, wasm, pool, keyGroups, clock, configuration, host, userFunctions } = context;
  return {
    task,
    wasm,
    pool,
    keyGroups,
    clock,
    configuration,
    host,
    ...(userFunctions && { userFunctions }),
    restoredOperatorState: [],
    isRestored: false,
    restoredPagedState: () => [],
    registerPagedState: () => {},
    counter: (name) => context.counter(name),
    fail: (error) => context.fail(error),
  };
}

function streaming(spec: HashJoinSpec, joinType: JoinSpec['joinType']): JoinSpec {
  return {
    ...spec,
    kind: 'Join',
    joinType,
    leftUniqueKey: { kind: 'NoUniqueKey' },
    rightUniqueKey: { kind: 'NoUniqueKey' },
    leftStateTtlMs: 0,
    rightStateTtlMs: 0,
  };
}

/** The right rows that match no left one. */
function swapped(spec: HashJoinSpec): JoinSpec {
  const { condition, leftType, rightType, leftKeys, rightKeys } = spec;
  const [leftWidth, rightWidth] = [leftType.fields.length, rightType.fields.length];
  const place = (column: number): number => (column < leftWidth ? column + rightWidth : column - leftWidth);
  return {
    ...streaming(spec, 'ANTI'),
    leftKeys: rightKeys,
    rightKeys: leftKeys,
    leftType: rightType,
    rightType: leftType,
    outputType: rightType,
    ...(condition && { condition: moved(condition, place) }),
  };
}

function moved(node: RexNode, to: (column: number) => number): RexNode {
  if (node.kind === 'input') return { ...node, index: to(node.index) };
  if (node.kind === 'field') return { ...node, node: moved(node.node, to) };
  return node.kind === 'call'
    ? { ...node, operands: node.operands.map((operand) => moved(operand, to)) }
    : node;
}
