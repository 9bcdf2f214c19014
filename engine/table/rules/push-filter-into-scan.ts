import { valueText } from '../../data/value-text.ts';
import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { typesEqual } from '../../types/type-equality.ts';
import { isApproximateNumeric } from '../../types/type-families.ts';
import { mapPlan } from '../plan/builders.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { conjoin, conjunctions, flatten, isCall, mapRex, rexSize, walkRex } from '../plan/rex.ts';
import { naturalType } from './simplify/literal-order.ts';
import { expandSearch } from './simplify/sarg.ts';
import { compose, not } from './simplify/compose.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import { simplifyCondition } from './simplify/simplify.ts';

export interface FilterPushDownOptions extends ConstantOptions {
  /** Whether a scan of the table takes filters as hints. */
  readonly supportsFilter: (table: PlannedTable) => boolean;
}

/**
 * Tells a scan which rows will be asked for. As with Flink's file source this is a hint that EXPLAIN shows and a reader may use to skip
 * what cannot match: the filter itself stays above, in the conjuncts that the scan was told.
 */
export function pushFilterIntoScan(
  plan: LogicalNode,
  { supportsFilter, compute }: FilterPushDownOptions,
): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalFilter') return node;
    const [scan] = node.inputs;
    if (scan.kind !== 'LogicalTableScan' || scan.project || !supportsFilter(scan.table)) return node;
    const conjuncts = conjunctions(conjunctiveForm(node.condition)).map(expandAll);
    const told = conjuncts.filter(canBeTold).map(asTold);
    if (told.length === 0) return node;
    const untold = conjuncts.filter((conjunct) => !canBeTold(conjunct));
    const condition = nullTestFirst(simplifyCondition(conjoin([...told, ...untold]), compute));
    return { ...node, condition, inputs: [{ ...scan, filter: conjoin(told) }] };
  });
}

/** What is left for the plan is built anew, and an OR of two then asks first what is NULL. */
function nullTestFirst(condition: RexNode): RexNode {
  if (!isCall(condition, 'OR')) return condition;
  const [first, second, ...others] = condition.operands as readonly [RexNode, RexNode, ...RexNode[]];
  const isLast = others.length === 0 && isCall(second, 'IS NULL') && !isCall(first, 'IS NULL');
  return isLast ? { ...condition, operands: [second, first] } : condition;
}

/** `(a AND b) OR c` as `(a OR c) AND (b OR c)`, unless that makes more than twice as many calls. */
function conjunctiveForm(condition: RexNode): RexNode {
  const plain = isCall(condition, 'SEARCH') ? withTypes(expandSearch(condition)) : condition;
  const limit = 2 * rexSize(plain);
  const form = toConjunctions(plain, limit);
  return form && callCount(form) <= 2 * callCount(plain) ? form : plain;
}

function expandAll(node: RexNode): RexNode {
  return mapRex(node, (each) => (isCall(each, 'SEARCH') ? withTypes(expandSearch(each)) : each));
}

/** Literals keep the type that they have in a SEARCH. */
function withTypes(node: RexNode): RexNode {
  return mapRex(node, (each) =>
    each.kind === 'literal' && !typesEqual(naturalType(each), each.type)
      ? { ...each, isComputed: true }
      : each,
  );
}

/** Undefined: it would be larger than `limit`. */
function toConjunctions(node: RexNode, limit: number): RexNode | undefined {
  if (node.kind !== 'call') return node;
  const { operator, operands } = node;
  if (operator === 'AND') {
    const parts = operands.map((operand) => toConjunctions(operand, limit));
    return parts.every((part) => part !== undefined) ? compose('AND', parts) : undefined;
  }
  if (operator === 'OR') {
    const [first, ...rest] = flatten('OR', node) as [RexNode, ...RexNode[]];
    const head = toConjunctions(first, limit);
    const tail = rest.length === 0 ? undefined : toConjunctions(compose('OR', rest), limit);
    if (!head || !tail) return rest.length === 0 ? head : undefined;
    const pairs = conjunctions(head).flatMap((a) => conjunctions(tail).map((b) => compose('OR', [a, b])));
    const result = compose('AND', pairs);
    return callCount(result) > limit ? undefined : result;
  }
  const [inner] = operands;
  if (operator !== 'NOT' || inner?.kind !== 'call') return node;
  if (inner.operator === 'NOT') return toConjunctions(inner.operands[0] as RexNode, limit);
  if (inner.operator === 'AND' || inner.operator === 'OR')
    return toConjunctions(compose(inner.operator === 'AND' ? 'OR' : 'AND', inner.operands.map(not)), limit);
  return node;
}

function callCount(node: RexNode): number {
  let count = 0;
  walkRex(node, (each) => {
    if (each.kind === 'call') count++;
    return !isCall(each, 'SARG');
  });
  return count;
}

/** What a connector has been told is read back from values of Java: a DOUBLE has a digit behind the point, an interval all its units. */
function asTold(node: RexNode): RexNode {
  return mapRex(node, (each) => {
    if (each.kind === 'call') {
      const areTyped = each.operator === '=' || each.operator === '<>';
      const operands = each.operands.map((operand) =>
        operand.kind === 'literal' ? literalAsTold(operand, areTyped) : operand,
      );
      return { ...each, operands };
    }
    return each;
  });
}

function literalAsTold(literal: RexLiteral, isTyped: boolean): RexLiteral {
  const { type, value } = literal;
  if (type.root === 'INTERVAL_DAY_TIME') return { ...literal, type: { ...type, units: 'DAY TO SECOND' } };
  if (type.root === 'INTERVAL_YEAR_MONTH') return { ...literal, type: { ...type, units: 'YEAR TO MONTH' } };
  const isDouble = isApproximateNumeric(isTyped ? type : naturalType(literal));
  const text = isDouble && typeof value === 'number' ? valueText(value, type) : null;
  return text === null ? literal : { ...literal, digits: /e/i.test(text) ? text : `${text}e0` };
}

/** Calls that have no form outside of the planner. */
const UNTOLD = new Set(['ITEM', 'CASE', 'IF', 'ROW', 'ARRAY', 'MAP', '||', 'TRIM', 'TIMESTAMPDIFF']);

function canBeTold(node: RexNode): boolean {
  let result = true;
  mapRex(node, (each) => {
    if (
      each.kind === 'call' &&
      (UNTOLD.has(each.operator) || /^(?:JSON_|IS (?:NOT )?JSON)/.test(each.operator))
    )
      result = false;
    return each;
  });
  return result;
}
