import type { LogicalType } from '../types/logical-type.ts';

/**
 * A validated, typed row expression as plain data (Calcite's RexNode): what the planner rewrites and prints and what
 * operators compile into kernel calls. Types are final: every implicit cast is a CAST node.
 */
export type RexNode = RexInput | RexField | RexLiteral | RexCall;

/** Column `index` of the input row. Two-input operators count on through the second input. */
export interface RexInput {
  readonly kind: 'input';
  readonly index: number;
  readonly type: LogicalType;
}

/** Field `index` of a ROW. */
export interface RexField {
  readonly kind: 'field';
  readonly node: RexNode;
  readonly index: number;
  readonly type: LogicalType;
}

/**
 * A constant. `value` by type: null; boolean; number for TINYINT..INTEGER, FLOAT, DOUBLE ("NaN", "Infinity", "-Infinity" as text), DATE (days),
 * TIME (ms), INTERVAL_YEAR_MONTH (months); decimal text for BIGINT, DECIMAL (its digits, e.g. "0.908"), TIMESTAMP* and
 * INTERVAL_DAY_TIME (ms since the epoch, with up to six more digits after a point: "1709251200000.5"); text for
 * CHAR/VARCHAR; lower-case hexadecimal for BINARY; a bare word for SYMBOL (YEAR, DAY, LEADING, ...).
 */
export interface RexLiteral {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
  readonly type: LogicalType;
  /** It was computed while planning: plans print it in its own type, not in the one that it would be written in. */
  readonly isComputed?: true;
  /**
   * Digits of a FLOAT, DOUBLE or DECIMAL that plans print, where those of `value` are fewer or others: `1.1` that was cast, `1.50e0` as written.
   * Without an exponent it was written as an exact number.
   */
  readonly digits?: string;
  /** The type that it was written in, where its value does not tell it: `.5` has one digit, and `10:00:00.00` has hundredths. */
  readonly written?: LogicalType;
}

/**
 * A function or operator by the name that Flink's plans print: `+ - * / %`, `= <> < <= > >=`, AND, OR, NOT, `IS NULL`, `IS NOT NULL`,
 * `IS TRUE`, ..., CASE (condition, value, ..., else), CAST and TRY_CAST (target is `type`), LIKE, SEARCH is never used (IN is OR of `=` or the
 * call IN), ROW, ITEM, EXTRACT (unit symbol first), and functions by upper-case name (LOWER, SPLIT_INDEX, DATE_FORMAT, ...).
 */
export interface RexCall {
  readonly kind: 'call';
  readonly operator: string;
  readonly operands: readonly RexNode[];
  readonly type: LogicalType;
  /** A CAST that the types ask for and that plans do not print: Flink makes it while computing, e.g. in `INT + BIGINT`. */
  readonly implicit?: true;
  /** The name in plans, where a function has the one that the query called it by. */
  readonly written?: string;
  /** Set for a function that a user registered: its key in the job's function list. */
  readonly userFunction?: string;
  /** A user's function that gives other results for the same arguments. */
  readonly isVolatile?: true;
  /** A user's function whose result comes later: only AsyncCalc calls it. */
  readonly isAsync?: true;
}
