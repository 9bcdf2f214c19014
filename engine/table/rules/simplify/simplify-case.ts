import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { typesEqual, typesEqualSansNullability } from '../../../types/type-equality.ts';
import { TRUE, combine, isCall, isLiteral, isTrue, rexCall, rexCast, sameRex } from '../../plan/rex.ts';
import { compose, not } from './compose.ts';
import type { UnknownAs } from './sarg.ts';
import { NO_PREDICATES } from './predicates.ts';
import type { RexSimplify } from './rex-simplify.ts';
import { isSafe } from './safe-expressions.ts';
import { truthTest } from './simplify-null-test.ts';

interface Branch {
  readonly condition: RexNode;
  readonly value: RexNode;
}

/** CASE: branches that are never taken go, neighbours with one value become one, and CASE of BOOLEAN becomes AND and OR. */
export function simplifyCase(call: RexCall, unknownAs: UnknownAs, simplifier: RexSimplify): RexNode {
  const branches = simplifiedBranches(call, unknownAs, simplifier);
  const type = typeOfCase(call, branches, unknownAs);
  if (branches.length === 1) {
    const { value } = branches[0] as Branch;
    return sameOrNarrower(type, value.type) ? value : rexCast(value, type);
  }
  const logical = type.root === 'BOOLEAN' ? asLogic(branches, type, simplifier) : undefined;
  if (logical) {
    if (sameOrNarrower(type, logical.type)) return simplifier.simplify(logical, unknownAs);
    const simple = simplifier.simplify(logical, 'UNKNOWN');
    return simple.type.nullable ? rexCast(simple, type) : simple;
  }
  const operands = branches.flatMap(({ condition, value }, i) =>
    i === branches.length - 1 ? [value] : [condition, value],
  );
  const isSame =
    operands.length === call.operands.length && operands.every((operand, i) => operand === call.operands[i]);
  return isSame ? call : { ...call, operands, type };
}

/** Where UNKNOWN counts as TRUE or FALSE, values that were never NULL may have become ones that are: then so may be the CASE. */
function typeOfCase({ type }: RexCall, branches: readonly Branch[], unknownAs: UnknownAs): LogicalType {
  const isLoose = unknownAs !== 'UNKNOWN' && branches.some(({ value }) => value.type.nullable);
  return isLoose ? { ...type, nullable: true } : type;
}

/** The last is ELSE: its condition is TRUE. */
function simplifiedBranches({ operands }: RexCall, unknownAs: UnknownAs, simplifier: RexSimplify): Branch[] {
  const branches: Branch[] = [];
  let last: Branch | undefined;
  let isMerged = false;
  /** Gives false where nothing can come behind. */
  const finish = (branch: Branch): boolean => {
    const condition = isMerged
      ? simplifier.knowing(NO_PREDICATES).simplify(branch.condition, 'FALSE')
      : branch.condition;
    isMerged = false;
    if (isLiteral(condition) && condition.value === false) return true;
    branches.push({ condition, value: branch.value });
    return !isTrue(condition);
  };
  for (let i = 0; i < operands.length; i += 2) {
    const isElse = i === operands.length - 1;
    let condition = isElse
      ? TRUE
      : simplifier.knowing(NO_PREDICATES).simplify(operands[i] as RexNode, 'FALSE');
    if (isLiteral(condition) && condition.value !== true) continue;
    const value = simplifier.simplify(operands[isElse ? i : i + 1] as RexNode, unknownAs);
    if (last) {
      if (sameRex(last.value, value) && isSafe(condition)) {
        condition = combine('OR', [last.condition, condition]);
        isMerged = true;
      } else if (!finish(last)) {
        last = undefined;
        break;
      }
    }
    last = { condition, value };
    if (isTrue(condition)) break;
  }
  if (last) finish(last);
  return branches;
}

/** `(p1 AND x) OR (p2 AND y AND NOT p1) OR ...`, where all of it may be computed for every row. */
function asLogic(
  branches: readonly Branch[],
  type: LogicalType,
  simplifier: RexSimplify,
): RexNode | undefined {
  const plain: Branch[] = [];
  for (const { condition, value } of branches) {
    if ((plain.length > 0 && !isSafe(condition)) || !isSafe(value)) return undefined;
    plain.push({
      condition: truthTest('IS TRUE', condition, simplifier),
      value: typesEqual(type, value.type) || isLiteral(value) ? value : rexCast(value, type),
    });
  }
  const isDecided = plain.every(({ value }) => isLiteral(value) && value.value !== null);
  const terms: RexNode[] = [];
  const before: RexNode[] = [];
  for (const { condition, value } of plain) {
    const isUsed = !(isLiteral(value) && value.value === false);
    if (isUsed) {
      const term = isTrue(value) ? condition : rexCall('AND', [condition, value], value.type);
      terms.push(compose('AND', [term, ...excluding(term, before).map(not)]));
    }
    if (!isDecided || !isUsed) before.push(condition);
  }
  return compose('OR', terms);
}

// Beside `x = 1`, `NOT x = 2` says nothing.
function excluding(term: RexNode, others: readonly RexNode[]): readonly RexNode[] {
  const equality = (node: RexNode): [RexNode, RexNode] | undefined =>
    isCall(node, '=') && isLiteral(node.operands[1] as RexNode)
      ? (node.operands as unknown as [RexNode, RexNode])
      : undefined;
  const own = equality(term);
  if (!own) return others;
  return others.filter((other) => {
    const theirs = equality(other);
    return !theirs || !sameRex(theirs[0], own[0]) || sameRex(theirs[1], own[1]);
  });
}

function sameOrNarrower(wanted: LogicalType, given: LogicalType): boolean {
  return typesEqual(wanted, given) || (typesEqualSansNullability(wanted, given) && wanted.nullable);
}
