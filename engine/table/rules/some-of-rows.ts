import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import {
  BOOLEAN,
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  combine,
  conjoin,
  nullLiteral,
  rexCall,
} from '../plan/rex.ts';
import { comparedOperands } from '../validate/comparison.ts';
import type { Comparison } from '../validate/comparison.ts';

/** What SOME is, by what is known of the rows of its sub-query (Calcite's SubQueryRemoveRule.rewriteSome). */

/** What is known of the rows that SOME asks for. */
export interface SomeRows {
  readonly extreme: RexNode;
  /** How many there are, and how many of them without NULL. */
  readonly all: RexNode;
  readonly set: RexNode;
  readonly isNothing: RexNode;
}

/** `a > SOME (...)` by the extreme of the rows: NULLs among them leave it open. */
export function someOf(
  operand: RexNode,
  comparison: Comparison,
  type: LogicalType,
  { extreme, all, set, isNothing }: SomeRows,
): RexNode {
  const compared = compare(comparison, operand, extreme, type);
  const isTrue = [rexCall('IS TRUE', [compared], BOOLEAN_NOT_NULL), TRUE];
  const hasNull = [rexCall('>', [all, set], logicalOf(all)), nullLiteral(type)];
  return rexCall('CASE', [isNothing, FALSE, ...isTrue, ...hasNull, compared], type);
}

/** `a <> SOME (...)`: one of more than one value is another. `values`: how many different ones there are. */
export function someUnequal(
  operand: RexNode,
  type: LogicalType,
  { extreme, all, set, values, isNothing }: SomeRows & { readonly values: RexNode },
): RexNode {
  const [logical, unknown] = [logicalOf(all), nullLiteral(type)];
  const compared = compare('<>', operand, extreme, type);
  const isNull = operand.type.nullable ? [rexCall('IS NULL', [operand], BOOLEAN_NOT_NULL), unknown] : [];
  const hasNull = rexCall('<>', [set, all], logical);
  const isOneAtMost = rexCall('<=', [values, integer(1)], logical);
  const isOne = rexCall('=', [values, integer(1)], logical);
  return rexCall(
    'CASE',
    [
      isNothing,
      FALSE,
      ...isNull,
      conjoin([hasNull, isOneAtMost]),
      combine('OR', [compared, unknown]),
      isOne,
      compared,
      TRUE,
    ],
    type,
  );
}

/** Both sides stay as they are written: what brings them to one type is not shown. */
function compare(comparison: Comparison, operand: RexNode, extreme: RexNode, type: LogicalType): RexNode {
  return rexCall(comparison, comparedOperands(comparison, operand, extreme, true), type);
}

export function isZero(count: RexNode): RexNode {
  return rexCall('=', [count, integer(0)], logicalOf(count));
}

function logicalOf({ type }: RexNode): LogicalType {
  return type.nullable ? BOOLEAN : BOOLEAN_NOT_NULL;
}

/** What counts are compared with, as an INTEGER. */
export function integer(value: number): RexNode {
  return { kind: 'literal', value, type: { root: 'INTEGER', nullable: false } };
}
