import type { LogicalType } from '../types/logical-type.ts';

/** One aggregate function of a GROUP BY as plain data, its argument and filter already computed into columns. */
export interface AggregateCall {
  /** COUNT (argument -1: `COUNT(*)`), SUM, SUM0, MIN, MAX, AVG, and others by Flink's name. */
  readonly function: string;
  readonly arguments: readonly number[];
  readonly distinct: boolean;
  /** BOOLEAN column of the FILTER clause, or -1. */
  readonly filter: number;
  readonly argumentTypes: readonly LogicalType[];
  /** Flink's result type (S-55), what the output column holds. */
  readonly type: LogicalType;
}
