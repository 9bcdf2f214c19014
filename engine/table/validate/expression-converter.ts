/**
 * From an expression as written to a typed row expression: names resolved, functions chosen, Flink's implicit casts
 * made CAST nodes, nullability and precision inferred.
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { Expression, Star } from '../parser/ast.ts';
import type { ConversionContext } from './conversion-context.ts';
import type { Scope } from './scope.ts';

/** What an expression may ask about the session. */
export interface ConverterEnvironment {
  /** `table.local-time-zone`. */
  readonly timeZone: string;
  readonly isStreaming: boolean;
  readonly currentCatalog: string;
  readonly currentDatabase: string;
}

/** A column of `*`: its name and the node that reads it. */
export interface ExpandedColumn {
  readonly name: string;
  readonly node: RexNode;
}

/** One a clause; cheap to make. */
export declare class ExpressionConverter {
  constructor(environment: ConverterEnvironment, context: ConversionContext);
  /** Throws ValidationException. A bare NULL is refused: callers with a target type use `convertTo`. */
  convert(expression: Expression): RexNode;
  /** WHERE, HAVING, ON, FILTER: a BOOLEAN, or "WHERE clause must be a condition". */
  convertCondition(expression: Expression): RexNode;
  /** `*` and `t.*`, `t.row.*`, in order. */
  expandStar(star: Star): ExpandedColumn[];
}

/**
 * A text that is equal for two expressions that mean the same columns and calls, however they are qualified and
 * spelt: what GROUP BY keys are found again by.
 */
export declare function expressionDigest(expression: Expression, scope: Scope): string;
