import type { RexNode } from '../../../expressions/rex-node.ts';
import { typesEqualSansNullability } from '../../../types/type-equality.ts';
import { rexCast } from '../../plan/rex.ts';

/** A value that replaces another must not change the row type: `5` for a nullable BIGINT is `CAST(5 AS BIGINT)`. */
export function keepType(before: RexNode, after: RexNode): RexNode {
  if (before === after) return after;
  return typesEqualSansNullability(before.type, after.type) && before.type.nullable === after.type.nullable
    ? after
    : rexCast(after, before.type);
}
