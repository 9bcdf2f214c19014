/**
 * What is said of one built-in function or operator, once, for everybody: the validator (operands, result), completion,
 * SHOW FUNCTIONS, plans and the generated docs.
 *
 * Adding a function is adding an entry; only what has a syntax of its own (CASE, CAST, IN, ...) needs code elsewhere.
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Family } from './operand-families.ts';

export type FunctionKind =
  /** One value a row. */
  | 'scalar'
  /** One value a group; also with OVER. */
  | 'aggregate'
  /** Only with OVER: ROW_NUMBER, LAG, ... */
  | 'over'
  /** In FROM: TUMBLE, UNNEST, ... */
  | 'table';

export type FunctionSyntax =
  | 'function'
  /** `CURRENT_DATE`: called without parentheses, too. */
  | 'bare'
  | 'binary'
  | 'prefix'
  | 'postfix'
  /** The parser knows it: CASE, CAST, BETWEEN, EXTRACT(... FROM ...). */
  | 'special';

export type FunctionGroup =
  | 'comparison'
  | 'logical'
  | 'arithmetic'
  | 'string'
  | 'temporal'
  | 'conditional'
  | 'conversion'
  | 'collection'
  | 'json'
  | 'variant'
  | 'bitmap'
  | 'construction'
  | 'hash'
  | 'grouping'
  | 'aggregate'
  | 'catalog'
  | 'window'
  | 'match'
  | 'table';

/** `pure`: its arguments say it all. `dynamic`: fixed while a batch query runs (NOW). `volatile`: new at every call (RAND). */
export type Determinism = 'pure' | 'dynamic' | 'volatile';

/** What a result type is inferred from. */
export interface CallSite {
  /** Operands as converted, before implicit casts. Symbols (a time unit) are literals of type SYMBOL. */
  readonly operands: readonly RexNode[];
  /** Of aggregates: whether rows are grouped by a key, so that every group has a row. */
  readonly isKeyed: boolean;
  readonly hasFilter: boolean;
}

export type ResultType = (call: CallSite) => LogicalType;

export interface FunctionDefinition {
  /** Upper case. */
  readonly name: string;
  readonly kind: FunctionKind;
  readonly syntax: FunctionSyntax;
  readonly group: FunctionGroup;
  /** One sentence for completion and docs. */
  readonly summary: string;
  /** The ways to call it. Absent: a syntax of its own, or known by name alone and "not supported" when called. */
  readonly forms?: readonly Form[];
  readonly result?: ResultType;
  /** Types that operands are brought to where they have others; undefined leaves one as it is. */
  readonly casts?: (call: CallSite) => readonly (LogicalType | undefined)[];
  /** How `special` syntax is written, for docs and completion. */
  readonly usage?: string;
  /** The names under which SHOW FUNCTIONS lists it: newer ones are those of SQL, older ones those of the Table API (`charLength`). */
  readonly listed: readonly string[];
  /**
   * Flink has it in its own catalog of functions (as a BridgingSqlFunction) and not among Calcite's operators: plans call it as the query
   * does (`Array_Max(x)`), and where an expression is written out it stands so in back-ticks.
   */
  readonly isBridging?: boolean;
  /** The name in plans, where it is not `name`. */
  readonly operator?: string;
  /** What is wrong with operands that have the families asked for, but do not fit each other; undefined if nothing. */
  readonly check?: (call: CallSite) => string | undefined;
  /** What of a call that fits is not supported, if anything. */
  readonly refuses?: (call: CallSite) => string | undefined;
  /** Another spelling: `HOUR(x)` is `EXTRACT(HOUR FROM x)`, and is checked as that. */
  readonly expand?: (operands: readonly RexNode[]) => {
    readonly name: string;
    readonly operands: readonly RexNode[];
  };
  /** Replaces the checked call by the expression that computes it; operands are cast already. */
  readonly rewrite?: (operands: readonly RexNode[], type: LogicalType) => RexNode;
  /** Whether a bare NULL may be an operand. */
  readonly acceptsNull?: boolean;
  readonly determinism: Determinism;
}

/** One list of operands. The last family may be repeated (`+`: once or more). */
export interface Form {
  readonly families: readonly Family[];
  readonly isVariadic: boolean;
}

/** Whether plans print what operands are cast to: those of functions of arrays and maps. */
export function showsCasts({ isBridging, group }: FunctionDefinition): boolean {
  return isBridging === true && group === 'collection';
}
