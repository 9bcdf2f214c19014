import { BatchSelector } from '../data/batch-selector.ts';
import { Column } from '../data/column.ts';
import { RecordBatch } from '../data/record-batch.ts';
import { Calculation } from '../expressions/calculation.ts';
import { ExpressionEvaluator } from '../expressions/expression-evaluator.ts';
import type { RexNode } from '../expressions/rex-node.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { FunctionChunk, FunctionRows } from './correlate/function-rows.ts';
import { LeftRows } from './correlate/left-rows.ts';
import { UnnestRows } from './correlate/unnest-rows.ts';
import { UserFunctionRows } from './correlate/user-function-rows.ts';
import type { CorrelateSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

/** A row's number in its batch goes with the function's rows through their condition and projection. */
const PARENT: LogicalType = { root: 'INTEGER', nullable: false };

/**
 * Calls a table function, UNNEST or a user's, for every row, and gives the row with each of the function's.
 *
 * There is no state: a row that is taken back has the same rows taken back, which is why a function of an input with updates has to be
 * deterministic. Order is that of the input, and within a row that of the function.
 */
export class Correlate extends OneInputStreamOperator {
  readonly #spec: CorrelateSpec;
  readonly #rows: FunctionRows;
  readonly #left: BatchSelector;
  readonly #padding: LeftRows | undefined;
  #operands: ExpressionEvaluator | undefined;
  #calculation: Calculation | undefined;

  constructor(context: OperatorContext, spec: CorrelateSpec) {
    super(context);
    const { wasm, pool } = context;
    const { call, joinType, inputType, outputType } = spec;
    this.#spec = spec;
    this.#rows =
      call.userFunction === undefined
        ? new UnnestRows(wasm, pool, call)
        : new UserFunctionRows(context, call);
    this.#left = new BatchSelector(wasm, pool, inputType);
    const right = { ...outputType, fields: outputType.fields.slice(inputType.fields.length) };
    if (joinType === 'LEFT') this.#padding = new LeftRows(wasm, pool, right);
  }

  override open(): void {
    const { wasm, pool, configuration, clock, userFunctions } = this.context;
    const { call, condition, projection, inputType } = this.#spec;
    const shared = { configuration, clock, ...(userFunctions && { userFunctions }) };
    this.#operands = new ExpressionEvaluator(wasm, pool, {
      ...shared,
      inputType,
      expressions: call.operands,
    });
    if (!condition && !projection) return;
    const { fields } = call.rowType;
    const input = (index: number, type: LogicalType): RexNode => ({ kind: 'input', index, type });
    this.#calculation = new Calculation(wasm, pool, {
      ...shared,
      condition,
      projection: [
        ...(projection ?? fields.map(({ type }, i) => input(i, type))),
        input(fields.length, PARENT),
      ],
      inputType: { ...call.rowType, fields: [...fields, { name: '$parent', type: PARENT }] },
    });
  }

  override processBatch(batch: RecordBatch): void {
    this.#rows.begin(this.#operands?.evaluate(batch) ?? [], batch.rowCount);
    this.#padding?.begin();
    let chunk: FunctionChunk;
    do {
      chunk = this.#rows.next();
      const chosen = this.#calculation ? this.#chosen(this.#calculation, chunk) : chunk;
      if (this.#padding) {
        this.#padding.add(chosen, (count, parents, columns) => this.#emit(batch, count, parents, columns));
      } else if (chosen.count > 0) this.#emit(batch, chosen.count, chosen.parents, chosen.columns);
    } while (!chunk.isLast);
  }

  override close(): void {
    this.#rows.release();
    this.#left.release();
    this.#padding?.release();
    this.#operands?.release();
    this.#calculation?.release();
  }

  /** The rows of a chunk that meet the condition, projected. */
  #chosen(calculation: Calculation, chunk: FunctionChunk): FunctionChunk {
    const { count, columns, parents } = chunk;
    const rows = count === 0 ? undefined : calculation.evaluate(withParents(count, columns, parents));
    if (!rows) {
      return { ...chunk, count: 0, columns: noRows(this.#spec) };
    }
    const numbers = rows.columns.at(-1)!; // put there in `open`
    return { ...chunk, count: rows.rowCount, columns: rows.columns.slice(0, -1), parents: numbers.values };
  }

  #emit(batch: RecordBatch, count: number, parents: number, columns: readonly Column[]): void {
    const left = this.#left.select(batch, parents, count);
    this.output.emit(new RecordBatch(count, [...left.columns, ...columns], left.kinds));
  }
}

function withParents(count: number, columns: readonly Column[], parents: number): RecordBatch {
  return new RecordBatch(count, [...columns, new Column(PARENT, parents, 0)]);
}

/** Columns of no rows for the right side. */
function noRows({ inputType, outputType }: CorrelateSpec): Column[] {
  return outputType.fields.slice(inputType.fields.length).map(({ type }) => emptyColumn(type));
}

function emptyColumn(type: LogicalType): Column {
  const children = type.root === 'ROW' ? type.fields.map((field) => emptyColumn(field.type)) : [];
  return new Column(type, 0, 0, undefined, children);
}
