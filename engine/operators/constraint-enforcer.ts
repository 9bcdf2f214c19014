import { BatchSelector } from '../data/batch-selector.ts';
import type { Column } from '../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { ExpressionEvaluator } from '../expressions/expression-evaluator.ts';
import { Predicate } from '../expressions/predicate.ts';
import type { RexNode } from '../expressions/rex-node.ts';
import { RuntimeFailure } from '../types/errors.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { isBinary } from '../types/type-families.ts';
import { typeText } from '../types/type-text.ts';
import type { ConstraintEnforcerSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

type Length = ConstraintEnforcerSpec['lengths'][number];

/**
 * Watches over what a sink's columns promise (S-65, S-78): NOT NULL columns without NULL, texts and bytes of the length that their type has.
 *
 * `onNull` and `onLength` say whether an offence fails the job, drops the row, or is mended by cutting and filling up.
 */
export class ConstraintEnforcer extends OneInputStreamOperator {
  readonly #spec: ConstraintEnforcerSpec;
  readonly #slots: SlotAllocator;
  #validity = 0;
  #selection = 0;
  #selector: BatchSelector | undefined;
  #mended: ExpressionEvaluator | undefined;
  readonly #offences: { readonly predicate: Predicate; readonly length: Length }[] = [];

  constructor(context: OperatorContext, spec: ConstraintEnforcerSpec) {
    super(context);
    this.#spec = spec;
    this.#slots = SlotAllocator.of(context.pool);
  }

  override open(): void {
    const { wasm, pool, configuration, clock } = this.context;
    const { rowType, lengths, onLength } = this.#spec;
    this.#validity = this.#slots.allocate(MAX_BATCH_ROWS);
    this.#selection = this.#slots.allocate(4 * MAX_BATCH_ROWS);
    this.#selector = new BatchSelector(wasm, pool, rowType);
    const options = { inputType: rowType, configuration, clock };
    if (onLength === 'TRIM_PAD' && lengths.length > 0) {
      const expressions = lengths.map(({ column }) => castToLength(this.#typeOf(column), column));
      this.#mended = new ExpressionEvaluator(wasm, pool, { ...options, expressions });
    }
    if (onLength !== 'ERROR') return;
    for (const length of lengths) {
      const condition = isOutOfLength(this.#typeOf(length.column), length);
      this.#offences.push({ length, predicate: new Predicate(wasm, pool, { ...options, condition }) });
    }
  }

  override processBatch(batch: RecordBatch): void {
    const kept = this.#withoutNulls(batch);
    if (!kept) return;
    for (const { predicate, length } of this.#offences) {
      if (predicate.select(kept).count > 0) throw this.#tooLong(length);
    }
    this.output.emit(this.#mended ? this.#mend(kept, this.#mended) : kept);
  }

  override close(): void {
    if (this.#validity !== 0) this.#slots.release(this.#validity, MAX_BATCH_ROWS);
    if (this.#selection !== 0) this.#slots.release(this.#selection, 4 * MAX_BATCH_ROWS);
    this.#validity = this.#selection = 0;
    this.#selector?.release();
    this.#mended?.release();
    for (const { predicate } of this.#offences.splice(0)) predicate.release();
  }

  /** Rows without a NULL where none may be; undefined if none is left. */
  #withoutNulls(batch: RecordBatch): RecordBatch | undefined {
    const { kernels } = this.context.wasm;
    const { rowCount } = batch;
    let validity = 0;
    for (const index of this.#spec.notNullColumns) {
      const column = batch.column(index);
      if (column.validity === 0 || !this.#hasNull(column, rowCount)) continue;
      if (this.#spec.onNull === 'ERROR') throw this.#isNull(index);
      const stride = column.isConstant ? 0 : 1;
      kernels.andValidity(rowCount, validity, 1, column.validity, stride, this.#validity);
      validity = this.#validity;
    }
    if (validity === 0) return batch;
    const count = kernels.selectTrue(rowCount, 0, validity, this.#selection);
    return count === 0 ? undefined : this.#selector?.select(batch, this.#selection, count);
  }

  #hasNull(column: Column, rowCount: number): boolean {
    const rows = column.isConstant ? 1 : rowCount;
    return this.context.wasm.kernels.countSet(rows, column.validity) < rows;
  }

  #mend(batch: RecordBatch, evaluator: ExpressionEvaluator): RecordBatch {
    const columns = [...batch.columns];
    const mended = evaluator.evaluate(batch);
    this.#spec.lengths.forEach(({ column }, i) => (columns[column] = mended[i]!));
    return new RecordBatch(batch.rowCount, columns, batch.kinds);
  }

  #typeOf(column: number): LogicalType {
    const field = this.#spec.rowType.fields[column];
    if (!field) throw new RangeError(`no column ${column} in a row of ${this.#spec.rowType.fields.length}`);
    return field.type;
  }

  #nameOf(column: number): string {
    return this.#spec.rowType.fields[column]?.name ?? String(column);
  }

  #isNull(column: number): RuntimeFailure {
    return new RuntimeFailure(
      `Column '${this.#nameOf(column)}' is NOT NULL, however, a null value is being written into it. ` +
        `You can set job configuration 'table.exec.sink.not-null-enforcer'='DROP' ` +
        `to suppress this exception and drop such records silently.`,
    );
  }

  #tooLong({ column, length, pad }: Length): RuntimeFailure {
    const bound = pad ? `is not ${length}` : `is more than ${length}`;
    return new RuntimeFailure(
      `Column '${this.#nameOf(column)}' is ${typeText(this.#typeOf(column))}, however, a value whose length ` +
        `${bound} is being written into it. You can set job configuration ` +
        `'table.exec.sink.type-length-enforcer' to control this behaviour.`,
    );
  }
}

/** The column as a value of any length: its type says what it should be, not what it is. */
function unbounded(type: LogicalType, index: number): RexNode {
  const root = isBinary(type) ? 'VARBINARY' : 'VARCHAR';
  return { kind: 'input', index, type: { root, length: 2147483647, nullable: true } };
}

function castToLength(type: LogicalType, index: number): RexNode {
  return { kind: 'call', operator: 'CAST', operands: [unbounded(type, index)], type };
}

function isOutOfLength(type: LogicalType, { column, length, pad }: Length): RexNode {
  const integer: LogicalType = { root: 'INTEGER', nullable: true };
  const actual: RexNode = {
    kind: 'call',
    operator: isBinary(type) ? 'OCTET_LENGTH' : 'CHAR_LENGTH',
    operands: [unbounded(type, column)],
    type: integer,
  };
  return {
    kind: 'call',
    operator: pad ? '<>' : '>',
    operands: [actual, { kind: 'literal', value: length, type: integer }],
    type: { root: 'BOOLEAN', nullable: true },
  };
}
