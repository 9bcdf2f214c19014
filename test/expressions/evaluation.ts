import bytes from '#wasm?bytes';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { readValues } from '../../engine/expressions/column-values.ts';
import { Calculation } from '../../engine/expressions/calculation.ts';
import type { RexCall, RexLiteral, RexNode } from '../../engine/expressions/rex-node.ts';
import type { UserFunctions } from '../../engine/expressions/user-function.ts';
import type { Value } from '../../engine/data/value.ts';
import { loadWasm } from '../../engine/memory/kernels.ts';
import type { RecordBatch } from '../../engine/data/record-batch.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { valueText } from '../../engine/data/value-text.ts';

export const wasm = await loadWasm(bytes);

export const T = {
  boolean: { root: 'BOOLEAN', nullable: true },
  tinyint: { root: 'TINYINT', nullable: true },
  smallint: { root: 'SMALLINT', nullable: true },
  int: { root: 'INTEGER', nullable: true },
  bigint: { root: 'BIGINT', nullable: true },
  float: { root: 'FLOAT', nullable: true },
  double: { root: 'DOUBLE', nullable: true },
  string: { root: 'VARCHAR', length: 2147483647, nullable: true },
  bytes: { root: 'VARBINARY', length: 2147483647, nullable: true },
  date: { root: 'DATE', nullable: true },
  time: { root: 'TIME', precision: 0, nullable: true },
  symbol: { root: 'SYMBOL', nullable: false },
  months: { root: 'INTERVAL_YEAR_MONTH', units: 'MONTH', nullable: true },
  interval: { root: 'INTERVAL_DAY_TIME', units: 'DAY TO SECOND(3)', nullable: true },
  decimal: (precision: number, scale: number): LogicalType => ({
    root: 'DECIMAL',
    precision,
    scale,
    nullable: true,
  }),
  timestamp: (precision = 3): LogicalType => ({ root: 'TIMESTAMP', precision, nullable: true }),
  ltz: (precision = 3): LogicalType => ({ root: 'TIMESTAMP_LTZ', precision, nullable: true }),
  char: (length: number): LogicalType => ({ root: 'CHAR', length, nullable: true }),
  varchar: (length: number): LogicalType => ({ root: 'VARCHAR', length, nullable: true }),
  row: (fields: Record<string, LogicalType>): RowType => ({
    root: 'ROW',
    nullable: true,
    fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
  }),
} satisfies Record<string, LogicalType | ((...args: never[]) => LogicalType)>;

export function input(index: number, type: LogicalType): RexNode {
  return { kind: 'input', index, type };
}
export function literal(value: RexLiteral['value'], type: LogicalType): RexLiteral {
  return { kind: 'literal', value, type };
}
export function text(value: string): RexLiteral {
  return literal(value, T.char(value.length));
}
export function symbol(word: string): RexLiteral {
  return literal(word, T.symbol);
}
export function call(operator: string, type: LogicalType, ...operands: RexNode[]): RexCall {
  return { kind: 'call', operator, operands, type };
}
export function cast(node: RexNode, type: LogicalType): RexCall {
  return call('CAST', type, node);
}
export function tryCast(node: RexNode, type: LogicalType): RexCall {
  return call('TRY_CAST', type, node);
}

export interface Setting {
  readonly condition?: RexNode;
  readonly configuration?: Record<string, string>;
  readonly userFunctions?: UserFunctions;
  readonly now?: number;
  readonly currentWatermark?: () => number | undefined;
  /** Rows a batch; all in one if absent. */
  readonly cut?: number;
}

/** Evaluates over rows of JavaScript values, cut into batches; the memory is checked to come back whole. */
export function evaluate(
  inputType: RowType,
  rows: readonly (readonly Value[])[],
  projection: readonly RexNode[],
  setting: Setting = {},
): Value[][] {
  const pool = new MemorySegmentPool(wasm);
  const calculation = new Calculation(wasm, pool, {
    inputType,
    projection,
    condition: setting.condition,
    configuration: setting.configuration ?? {},
    clock: { now: () => setting.now ?? 0 },
    ...(setting.userFunctions && { userFunctions: setting.userFunctions }),
    ...(setting.currentWatermark && { currentWatermark: setting.currentWatermark }),
  });
  const builder = new BatchBuilder(wasm, pool, inputType);
  const results: Value[][] = [];
  const size = setting.cut ?? Math.max(1, rows.length);
  try {
    for (let from = 0; from < rows.length; from += size) {
      for (const row of rows.slice(from, from + size)) builder.append(row);
      const result = calculation.evaluate(spoiled(builder.build()));
      if (!result) continue;
      const columns = result.columns.map((column) => readValues(wasm, column, result.rowCount));
      for (let row = 0; row < result.rowCount; row++)
        results.push(columns.map((column) => column[row] ?? null));
    }
  } finally {
    calculation.release();
    builder.release();
  }
  if (pool.usedBytes !== 0) throw new Error(`${pool.usedBytes} bytes were not given back`);
  return results;
}

/** What the cell of a NULL holds is unspecified: here something that no address and no number should be. */
function spoiled(batch: RecordBatch): RecordBatch {
  const memory = new Uint8Array(wasm.memory.buffer);
  for (const { values, validity, stride } of batch.columns) {
    for (let row = 0; validity !== 0 && row < batch.rowCount; row++) {
      if (memory[validity + row] === 0) memory.fill(0xa5, values + row * stride, values + (row + 1) * stride);
    }
  }
  return batch;
}

/** One column's results as texts. */
export function texts(
  fields: Record<string, LogicalType>,
  rows: readonly (readonly Value[])[],
  node: RexNode,
  setting: Setting = {},
): (string | null)[] {
  return evaluate(T.row(fields), rows, [node], setting).map(([value]) =>
    valueText(value ?? null, node.type, setting.configuration?.['table.local-time-zone']),
  );
}
