import type { LogicalType } from '../types/logical-type.ts';

/** One aggregate function of a GROUP BY as plain data, its argument and filter already computed into columns. */
export interface AggregateCall {
  /** COUNT (no argument: `COUNT(*)`), SUM, SUM0, MIN, MAX, AVG, and others by Flink's name in plans. */
  readonly function: string;
  readonly arguments: readonly number[];
  readonly distinct: boolean;
  /** Of DISTINCT: a column of bytes by which values are told apart, where that is not the one argument. */
  readonly distinctBy?: number;
  /** BOOLEAN column of the FILTER clause, or -1. */
  readonly filter: number;
  readonly argumentTypes: readonly LogicalType[];
  /** Of arguments that are constants and have to be known (a separator, shares of a percentile): their values, by place. */
  readonly literals?: readonly (string | number | readonly number[] | null)[];
  /** MAX of what only grows, or MIN of what only shrinks: what is taken back makes no difference. */
  readonly keepsBest?: boolean;
  /** ARRAY_AGG leaves NULLs out. */
  readonly ignoreNulls?: boolean;
  /** A user's function: its key in the job's list, and whether it can take rows back and add up accumulators. */
  readonly userFunction?: {
    readonly key: string;
    readonly canRetract: boolean;
    readonly canMerge: boolean;
  };
  /** Flink's result type (S-55), what the output column holds. */
  readonly type: LogicalType;
}
