import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { isCharacter, isInteger, isNumeric } from '../../../types/type-families.ts';
import {
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  combine,
  flatten,
  isCall,
  isDeterministic,
  isImplicitCast,
  isLiteral,
  rexCall,
  sameRex,
} from '../../plan/rex.ts';
import { isEffectivelyNotNull } from './predicates.ts';
import type { Predicates } from './predicates.ts';
import { isSafe } from './simplify-case.ts';
import { not, simplifyNode } from './simplify.ts';
import type { UnknownAs } from './sarg.ts';
import { nullPolicy } from './strength.ts';

type Test = 'IS NULL' | 'IS NOT NULL' | 'IS TRUE' | 'IS FALSE' | 'IS NOT TRUE' | 'IS NOT FALSE';

const TESTS: ReadonlySet<string> = new Set<Test>([
  'IS NULL',
  'IS NOT NULL',
  'IS TRUE',
  'IS FALSE',
  'IS NOT TRUE',
  'IS NOT FALSE',
]);

/** `(NOT x) IS TRUE` is `x IS FALSE`. */
const OF_NOT: Readonly<Partial<Record<Test, Test>>> = {
  'IS TRUE': 'IS FALSE',
  'IS FALSE': 'IS TRUE',
  'IS NOT TRUE': 'IS NOT FALSE',
  'IS NOT FALSE': 'IS NOT TRUE',
};

/** IS NULL, IS TRUE and their kin; undefined for every other call. */
export function simplifyNullTest(
  call: RexCall,
  unknownAs: UnknownAs,
  predicates: Predicates,
): RexNode | undefined {
  const name =
    call.operator === 'IS UNKNOWN'
      ? 'IS NULL'
      : call.operator === 'IS NOT UNKNOWN'
        ? 'IS NOT NULL'
        : call.operator;
  if (!TESTS.has(name)) return undefined;
  const test = name as Test;
  const operand = call.operands[0] as RexNode;
  return (
    simplified(test, operand, unknownAs, predicates) ??
    (name === call.operator ? call : { ...call, operator: name })
  );
}

function simplified(
  test: Test,
  operand: RexNode,
  unknownAs: UnknownAs,
  predicates: Predicates,
): RexNode | undefined {
  if (unknownAs === 'FALSE' && test === 'IS TRUE') return simplifyNode(operand, unknownAs, predicates);
  if (unknownAs === 'FALSE' && test === 'IS FALSE') return simplifyNode(not(operand), unknownAs, predicates);
  if (unknownAs === 'TRUE' && test === 'IS NOT FALSE') return simplifyNode(operand, unknownAs, predicates);
  if (unknownAs === 'TRUE' && test === 'IS NOT TRUE')
    return simplifyNode(not(operand), unknownAs, predicates);
  const isKnown =
    isDeterministic(operand) &&
    predicates.some((each) => isCall(each, test) && sameRex(each.operands[0] as RexNode, operand));
  if (isKnown && (test === 'IS NULL' || test === 'IS NOT NULL')) return TRUE;
  if (test === 'IS NULL') return nullTest(operand, predicates);
  if (test === 'IS NOT NULL') return notNullTest(operand, predicates);
  const isNegated = test === 'IS FALSE' || test === 'IS NOT TRUE';
  if (isEffectivelyNotNull(operand, predicates))
    return simplifyNode(isNegated ? not(operand) : operand, unknownAs, predicates);
  if (test === 'IS TRUE' || test === 'IS NOT FALSE') {
    const simple = simplifyNode(operand, test === 'IS TRUE' ? 'FALSE' : 'TRUE', predicates);
    return simple === operand ? undefined : truthTest(test, simple, predicates);
  }
  if (isCall(operand, 'NOT'))
    return simplifyNode(
      rexCall(OF_NOT[test] as Test, operand.operands, BOOLEAN_NOT_NULL),
      'UNKNOWN',
      predicates,
    );
  const simple = simplifyNode(operand, 'UNKNOWN', predicates);
  return simple === operand ? undefined : rexCall(test, [simple], BOOLEAN_NOT_NULL);
}

/** `IS TRUE` or a sibling of what has been simplified. */
export function truthTest(test: Test, node: RexNode, predicates: Predicates): RexNode {
  const isNegated = test === 'IS FALSE' || test === 'IS NOT TRUE';
  if (isLiteral(node) && node.value !== null) return (node.value === true) === isNegated ? FALSE : TRUE;
  if (isCall(node, 'NOT')) return truthTest(OF_NOT[test] as Test, node.operands[0] as RexNode, predicates);
  if (isEffectivelyNotNull(node, predicates)) return isNegated ? not(node) : node;
  return rexCall(test, [node], BOOLEAN_NOT_NULL);
}

function notNullTest(node: RexNode, predicates: Predicates): RexNode | undefined {
  const operand = simplifyNode(node, 'UNKNOWN', predicates);
  if (!operand.type.nullable && isSafe(operand)) return TRUE;
  if (isLosslessCast(operand)) {
    if (!operand.type.nullable) return TRUE;
    return rexCall('IS NOT NULL', (operand as RexCall).operands, BOOLEAN_NOT_NULL);
  }
  if (predicates.some((each) => sameRex(each, operand))) return TRUE;
  if (isLiteral(operand)) return operand.value === null ? FALSE : TRUE;
  return ofOperands('IS NOT NULL', operand, predicates);
}

function nullTest(node: RexNode, predicates: Predicates): RexNode | undefined {
  const operand = simplifyNode(node, 'UNKNOWN', predicates);
  if (!operand.type.nullable && isSafe(operand)) return FALSE;
  if (isLosslessCast(operand)) {
    if (!operand.type.nullable) return FALSE;
    return rexCall('IS NULL', (operand as RexCall).operands, BOOLEAN_NOT_NULL);
  }
  if (isLiteral(operand)) return operand.value === null ? TRUE : FALSE;
  return ofOperands('IS NULL', operand, predicates);
}

/** `a + b IS NULL` is `a IS NULL OR b IS NULL`. */
function ofOperands(
  test: 'IS NULL' | 'IS NOT NULL',
  node: RexNode,
  predicates: Predicates,
): RexNode | undefined {
  if (
    node.kind !== 'call' ||
    ((node.operator === 'CAST' || node.operator === 'ITEM') && !isImplicitCast(node))
  )
    return undefined;
  const policy = nullPolicy(node);
  if (policy === 'unknown') return undefined;
  const isPositive = test === 'IS NULL';
  if (policy === 'never') return isPositive ? FALSE : TRUE;
  const tests: RexNode[] = [];
  for (const operand of node.operands) {
    const simple = isPositive ? nullTest(operand, predicates) : notNullTest(operand, predicates);
    if (!isPositive && simple && isLiteral(simple) && simple.value === false) return FALSE;
    tests.push(simple ?? rexCall(test, [operand], BOOLEAN_NOT_NULL));
  }
  return compose(isPositive ? 'OR' : 'AND', tests);
}

/** AND or OR of terms, without repeats and what says nothing. */
export function compose(operator: 'AND' | 'OR', nodes: readonly RexNode[]): RexNode {
  const terms: RexNode[] = [];
  for (const node of nodes.flatMap((each) => flatten(operator, each))) {
    if (isLiteral(node) && node.value === (operator === 'OR')) return operator === 'OR' ? TRUE : FALSE;
    if (!terms.some((known) => sameRex(known, node))) terms.push(node);
  }
  return combine(operator, terms);
}

/** A cast that keeps the whole value, so that casting back gives it again. */
export function isLosslessCast(node: RexNode): boolean {
  if (!isCall(node, 'CAST') || node.implicit) return false;
  const [operand] = node.operands as [RexNode];
  return keepsValue(operand.type, node.type);
}

const INTEGER_ORDER = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
const INTEGER_DIGITS: Readonly<Record<string, number>> = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19 };

function keepsValue(from: LogicalType, to: LogicalType): boolean {
  if (isInteger(from) && isInteger(to))
    return INTEGER_ORDER.indexOf(to.root) >= INTEGER_ORDER.indexOf(from.root);
  if (!isCharacter(to)) return false;
  if (isCharacter(from)) return (to.root === from.root || to.root === 'VARCHAR') && from.length <= to.length;
  if (!isNumeric(from)) return false;
  return to.length >= numberLength(from);
}

// Sign, digits, and a point with what stands behind it.
function numberLength(type: LogicalType): number {
  if (type.root === 'DECIMAL') return type.precision + 1 + (type.scale > 0 ? type.scale + 1 : 0);
  return (INTEGER_DIGITS[type.root] ?? (type.root === 'FLOAT' ? 7 : 15)) + 1;
}
