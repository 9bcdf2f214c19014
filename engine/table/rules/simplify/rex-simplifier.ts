import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import { mapShared } from '../../plan/map-shared.ts';
import {
  FALSE,
  TRUE,
  combine,
  flatten,
  isImplicitCast,
  isLiteral,
  nullLiteral,
  rexCall,
  withoutImplicitCasts,
} from '../../plan/rex.ts';
import { not } from './compose.ts';
import type { ComputeConstants } from './constant-reducer.ts';
import { NO_PREDICATES } from './predicates.ts';
import type { Predicates } from './predicates.ts';
import type { RexSimplify } from './rex-simplify.ts';
import { NEGATED, isComparison, negatedSarg, negatedUnknown, sargOf, searchRex } from './sarg.ts';
import type { UnknownAs } from './sarg.ts';
import { simplifyArithmetic, simplifyCast, simplifyRounding, simplifyTryCast } from './simplify-cast.ts';
import { simplifyCase } from './simplify-case.ts';
import { simplifyComparison, simplifyLike, simplifySearch } from './simplify-comparison.ts';
import { simplifyAnd, simplifyOr } from './simplify-junction.ts';
import { simplifyNullTest } from './simplify-null-test.ts';
import { isCertainlyNull } from './strength.ts';

/**
 * Equal expressions that say it shorter, by the rules of Calcite's RexSimplify, so that plans read like Flink's: AND and OR flat and without
 * repeats, NOT pushed down to comparisons, comparisons of one expression with literals merged (`sarg-collector.ts`), what is
 * known already left out, casts that change nothing removed. The value stays the same in all three truth values, but for
 * UNKNOWN where `UnknownAs` says what it counts as, and so does its type up to NOT NULL.
 *
 * This is the dispatcher: the rules of each kind of call stand in a file of their own and ask for the simple form of what is inside of it.
 */
export class RexSimplifier implements RexSimplify {
  readonly compute: ComputeConstants;
  readonly predicates: Predicates;

  constructor(compute: ComputeConstants, predicates: Predicates = NO_PREDICATES) {
    this.compute = compute;
    this.predicates = predicates;
  }

  knowing(predicates: Predicates): RexSimplifier {
    return predicates === this.predicates ? this : new RexSimplifier(this.compute, predicates);
  }

  simplify(node: RexNode, unknownAs: UnknownAs): RexNode {
    if (node.kind === 'field') {
      const inner = this.simplify(node.node, 'UNKNOWN');
      return inner === node.node ? node : { ...node, node: inner };
    }
    if (node.kind === 'input') return node;
    // Casts that plans do not print stay with their literals until the plan is translated.
    if (isImplicitCast(node) && isLiteral(withoutImplicitCasts(node))) return node;
    if (isCertainlyNull(node, () => false)) {
      if (node.type.root === 'BOOLEAN' && unknownAs !== 'UNKNOWN') return unknownAs === 'TRUE' ? TRUE : FALSE;
      return isLiteral(node) ? node : nullLiteral(node.type);
    }
    if (node.kind !== 'call') return node;
    if (isImplicitCast(node)) return this.withOperands(node);
    const { operator } = node;
    switch (operator) {
      case 'AND':
        return simplifyAnd(flatten('AND', node), unknownAs, this);
      case 'OR':
        return simplifyOr(flatten('OR', node), unknownAs, this);
      case 'NOT':
        return simplifyNot(node, unknownAs, this);
      case 'CASE':
        return simplifyCase(node, unknownAs, this);
      case 'CAST':
        return simplifyCast(node, this);
      case 'TRY_CAST':
        return simplifyTryCast(node, this);
      case 'FLOOR':
      case 'CEIL':
        return simplifyRounding(this.withOperands(node));
      case 'SEARCH':
        return simplifySearch(node, unknownAs, this);
      case 'LIKE':
        return simplifyLike(node, unknownAs, this);
      case '+':
      case '-':
      case '*':
      case '/':
        return simplifyArithmetic(node, this);
      default:
        if (isComparison(operator)) return simplifyComparison(node, unknownAs, this);
        return simplifyNullTest(node, unknownAs, this) ?? this.withOperands(node);
    }
  }

  withOperands(call: RexCall): RexCall {
    const operands = mapShared(call.operands, (operand) => this.simplify(operand, 'UNKNOWN'));
    return operands === call.operands ? call : { ...call, operands };
  }
}

function simplifyNot(call: RexCall, unknownAs: UnknownAs, simplifier: RexSimplify): RexNode {
  const operand = call.operands[0] as RexNode;
  if (isLiteral(operand)) return not(operand);
  const again = (node: RexNode): RexNode => simplifier.simplify(node, unknownAs);
  if (operand.kind === 'call') {
    const { operator, operands, type } = operand;
    if (operator === 'NOT') return again(operands[0] as RexNode);
    if (operator === 'SEARCH') {
      const [ref, sarg] = operands as [RexNode, RexNode];
      return simplifySearch(
        searchRex(ref, negatedSarg(sargOf(sarg)), sarg.type),
        negatedUnknown(unknownAs),
        simplifier,
      );
    }
    if (operator === 'AND' || operator === 'OR') {
      const negated = operands.map((each) => again(not(each)));
      return again(combine(operator === 'AND' ? 'OR' : 'AND', negated));
    }
    if (operator === 'CASE') {
      const values = operands.map((each, i) => (i % 2 === 1 || i === operands.length - 1 ? not(each) : each));
      return again({ ...operand, operands: values });
    }
    if (isComparison(operator)) return again({ ...operand, operator: NEGATED[operator] });
    const opposite = NEGATED_TESTS[operator];
    if (opposite) return again(rexCall(opposite, operands, type));
  }
  const simpler = simplifier.simplify(operand, negatedUnknown(unknownAs));
  return simpler === operand ? call : not(simpler);
}

const NEGATED_TESTS: Readonly<Record<string, string>> = {
  'IS NULL': 'IS NOT NULL',
  'IS UNKNOWN': 'IS NOT NULL',
  'IS NOT NULL': 'IS NULL',
  'IS TRUE': 'IS NOT TRUE',
  'IS NOT TRUE': 'IS TRUE',
  'IS FALSE': 'IS NOT FALSE',
  'IS NOT FALSE': 'IS FALSE',
  'IS DISTINCT FROM': 'IS NOT DISTINCT FROM',
  'IS NOT DISTINCT FROM': 'IS DISTINCT FROM',
};
