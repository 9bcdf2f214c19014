import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import {
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  isCall,
  isDeterministic,
  isImplicitCast,
  isLiteral,
  rexCall,
  sameRex,
} from '../../plan/rex.ts';
import { compose, not } from './compose.ts';
import { isLosslessCast } from './lossless-cast.ts';
import { isEffectivelyNotNull } from './predicates.ts';
import type { RexSimplify } from './rex-simplify.ts';
import { isSafe } from './safe-expressions.ts';
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
  simplifier: RexSimplify,
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
    simplified(test, operand, unknownAs, simplifier) ??
    (name === call.operator ? call : { ...call, operator: name })
  );
}

function simplified(
  test: Test,
  operand: RexNode,
  unknownAs: UnknownAs,
  simplifier: RexSimplify,
): RexNode | undefined {
  if (unknownAs === 'FALSE' && test === 'IS TRUE') return simplifier.simplify(operand, unknownAs);
  if (unknownAs === 'FALSE' && test === 'IS FALSE') return simplifier.simplify(not(operand), unknownAs);
  if (unknownAs === 'TRUE' && test === 'IS NOT FALSE') return simplifier.simplify(operand, unknownAs);
  if (unknownAs === 'TRUE' && test === 'IS NOT TRUE') return simplifier.simplify(not(operand), unknownAs);
  const isKnown =
    isDeterministic(operand) &&
    simplifier.predicates.some((each) => isCall(each, test) && sameRex(each.operands[0] as RexNode, operand));
  if (isKnown && (test === 'IS NULL' || test === 'IS NOT NULL')) return TRUE;
  if (test === 'IS NULL' || test === 'IS NOT NULL') {
    const simple = test === 'IS NULL' ? nullTest(operand, simplifier) : notNullTest(operand, simplifier);
    return simple ?? ofSimplified(test, operand, simplifier);
  }
  const isNegated = test === 'IS FALSE' || test === 'IS NOT TRUE';
  if (isEffectivelyNotNull(operand, simplifier.predicates))
    return simplifier.simplify(isNegated ? not(operand) : operand, unknownAs);
  if (test === 'IS TRUE' || test === 'IS NOT FALSE') {
    const simple = simplifier.simplify(operand, test === 'IS TRUE' ? 'FALSE' : 'TRUE');
    return simple === operand ? undefined : truthTest(test, simple, simplifier);
  }
  if (isCall(operand, 'NOT'))
    return simplifier.simplify(rexCall(OF_NOT[test] as Test, operand.operands, BOOLEAN_NOT_NULL), 'UNKNOWN');
  return ofSimplified(test, operand, simplifier);
}

function ofSimplified(test: Test, operand: RexNode, simplifier: RexSimplify): RexNode | undefined {
  const simple = simplifier.simplify(operand, 'UNKNOWN');
  return simple === operand ? undefined : rexCall(test, [simple], BOOLEAN_NOT_NULL);
}

/** `IS TRUE` or a sibling of what has been simplified. */
export function truthTest(test: Test, node: RexNode, simplifier: RexSimplify): RexNode {
  const isNegated = test === 'IS FALSE' || test === 'IS NOT TRUE';
  if (isLiteral(node) && node.value !== null) return (node.value === true) === isNegated ? FALSE : TRUE;
  if (isCall(node, 'NOT')) return truthTest(OF_NOT[test] as Test, node.operands[0] as RexNode, simplifier);
  if (isEffectivelyNotNull(node, simplifier.predicates)) return isNegated ? not(node) : node;
  return rexCall(test, [node], BOOLEAN_NOT_NULL);
}

function notNullTest(node: RexNode, simplifier: RexSimplify): RexNode | undefined {
  const operand = simplifier.simplify(node, 'UNKNOWN');
  if (!operand.type.nullable && isSafe(operand)) return TRUE;
  if (isLosslessCast(operand)) {
    if (!operand.type.nullable) return TRUE;
    return rexCall('IS NOT NULL', (operand as RexCall).operands, BOOLEAN_NOT_NULL);
  }
  if (simplifier.predicates.some((each) => sameRex(each, operand))) return TRUE;
  if (isLiteral(operand)) return operand.value === null ? FALSE : TRUE;
  return ofOperands('IS NOT NULL', operand, simplifier);
}

function nullTest(node: RexNode, simplifier: RexSimplify): RexNode | undefined {
  const operand = simplifier.simplify(node, 'UNKNOWN');
  if (!operand.type.nullable && isSafe(operand)) return FALSE;
  if (isLosslessCast(operand)) {
    if (!operand.type.nullable) return FALSE;
    return rexCall('IS NULL', (operand as RexCall).operands, BOOLEAN_NOT_NULL);
  }
  if (isLiteral(operand)) return operand.value === null ? TRUE : FALSE;
  return ofOperands('IS NULL', operand, simplifier);
}

/** `a + b IS NULL` is `a IS NULL OR b IS NULL`. */
function ofOperands(
  test: 'IS NULL' | 'IS NOT NULL',
  node: RexNode,
  simplifier: RexSimplify,
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
    const simple = isPositive ? nullTest(operand, simplifier) : notNullTest(operand, simplifier);
    if (!isPositive && simple && isLiteral(simple) && simple.value === false) return FALSE;
    tests.push(simple ?? rexCall(test, [operand], BOOLEAN_NOT_NULL));
  }
  return compose(isPositive ? 'OR' : 'AND', tests);
}
