import type { RexCall, RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { sameUnits, typesEqualSansNullability } from '../../types/type-equality.ts';
import { isBinary, isCharacter } from '../../types/type-families.ts';
import { showsCasts } from '../functions/function-definition.ts';
import { findFunction } from '../functions/functions.ts';
import { withoutImplicitCasts } from '../plan/rex.ts';
import { naturalType } from '../rules/simplify/literal-order.ts';
import { isAnyCorrelation, isSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import { subqueryText } from './logical-text.ts';
import { BARE_FUNCTIONS } from '../parser/keywords.ts';
import { sargText } from './sarg-text.ts';
import { spelledDifference } from './timestamp-difference.ts';
import { literalDigest, literalExplanation, tellsItsType } from './literal-text.ts';
import { nullableTypeDigest, typeDigest } from './type-digest.ts';

/** Row expressions as Flink's three plan sections print them. */

const LITERAL_TYPE_IMPLIED = new Set(['+', '-', '*', '/', '=', '<>', '<', '<=', '>', '>=']);

/** As in the abstract syntax tree: `=($0, 2)`, `CAST($3):DECIMAL(12, 2)`. */
export function rexDigest(node: RexNode): string {
  const shown = hiddenOperand(node);
  if (shown) return rexDigest(shown);
  switch (node.kind) {
    case 'input':
      return `$${node.index}`;
    case 'field':
      return `${rexDigest(node.node)}.${fieldName(node.node.type, node.index)}`;
    case 'literal':
      return literalDigest(node);
    case 'call':
      return callDigest(node);
  }
}

/** Of a CAST, or TRY_CAST, that is made while computing, what is printed in its place. */
function hiddenOperand(node: RexNode): RexNode | undefined {
  return node.kind === 'call' && node.implicit ? node.operands[0] : undefined;
}

function callDigest(call: RexCall): string {
  const { operator } = call;
  const spelled = operator === 'TIMESTAMPDIFF' ? spelledDifference(call) : undefined;
  if (spelled) return rexDigest(spelled);
  const operands = printedOperands(call);
  if (operator === 'SEARCH')
    return `SEARCH(${rexDigest(operandOf(call, 0))}, ${sargText(operandOf(call, 1), true)})`;
  if (isSubquery(call)) return subqueryDigest(call);
  if (isAnyCorrelation(call)) return `$cor${call.correlation}.${call.name}`;
  if (operands.length === 0 && BARE_FUNCTIONS.has(operator)) return operator;
  const texts = operands.map((operand, i) =>
    operand.kind === 'literal'
      ? literalDigest(operand, isTypeImplied({ ...call, operands }, operand, i))
      : rexDigest(operand),
  );
  const text = `${call.written ?? operator}(${texts.join(', ')})`;
  return operator === 'CAST' ? `${text}:${nullableTypeDigest(call.type)}` : text;
}

/** `IN($0, {...})`, with the plan of the sub-query. */
function subqueryDigest(query: RexSubquery): string {
  const operands = query.operands.map(rexDigest);
  return `${subqueryName(query)}(${[...operands, subqueryText(query.subquery)].join(', ')})`;
}

function subqueryName({ operator, comparison }: RexSubquery): string {
  switch (operator) {
    case '$IN_QUERY':
      return 'IN';
    case '$EXISTS':
      return 'EXISTS';
    case '$SOME_QUERY':
      return `${comparison} SOME`;
    case '$SCALAR_QUERY':
      return operator;
  }
}

function isTypeImplied({ operator, operands }: RexCall, operand: RexLiteral, position: number): boolean {
  if ((operator === 'AND' || operator === 'OR') && operand.type.root === 'BOOLEAN') return true;
  if (!LITERAL_TYPE_IMPLIED.has(operator)) return false;
  const other = operands[1 - position];
  return (
    other !== undefined &&
    (other.kind !== 'literal' || (other.value !== null && tellsItsType(other))) &&
    typesEqualSansNullability(other.type, operand.type) &&
    sameUnits(other.type, operand.type)
  );
}

/**
 * `digest`: `=(a, 5:BIGINT)`, as in the physical plan; `prefix`: `=(a, 5)`, as in that of batch mode; `explain`: `(a = 5)`, as in the execution
 * plan.
 */
export type RexStyle = 'digest' | 'prefix' | 'explain';

const INFIX = new Set(['*', '/', '/INT', '+', '-', '<', '<=', '>', '>=', '=', '<>', 'OR', 'AND']);
const POSTFIX = new Set([
  'IS FALSE',
  'IS NOT FALSE',
  'IS TRUE',
  'IS NOT TRUE',
  'IS UNKNOWN',
  'IS NULL',
  'IS NOT NULL',
]);

/** With columns by name. */
export function rexText(node: RexNode, inputNames: readonly string[], style: RexStyle): string {
  const shown = hiddenOperand(node);
  if (shown) return rexText(shown, inputNames, style);
  const text = (each: RexNode): string => rexText(each, inputNames, style);
  switch (node.kind) {
    case 'input':
      return inputNames[node.index] ?? `$${node.index}`;
    case 'field':
      return `${text(node.node)}.${fieldName(node.node.type, node.index)}`;
    case 'literal':
      return style === 'digest' ? literalDigest(node) : literalExplanation(node);
    case 'call':
      return callText(node, text, style);
  }
}

function callText(call: RexCall, text: (node: RexNode) => string, style: RexStyle): string {
  const { operator, type } = call;
  const spelled = operator === 'TIMESTAMPDIFF' ? spelledDifference(call) : undefined;
  if (spelled) return text(spelled);
  if (operator === 'SEARCH')
    return `SEARCH(${text(operandOf(call, 0))}, ${sargText(operandOf(call, 1), style === 'digest')})`;
  const operands = printedOperands(call).map(text);
  if (operator === 'CAST' || operator === 'TRY_CAST') {
    return `${operator}(${operands[0]} AS ${style === 'digest' ? nullableTypeDigest(type) : typeDigest(type, false)})`;
  }
  if (style === 'explain' && operands.length === 1 && POSTFIX.has(operator))
    return `${operands[0]} ${operator}`;
  if (style === 'explain' && operands.length > 1 && INFIX.has(operator))
    return `(${operands.join(` ${operator} `)})`;
  return `${call.written ?? operator}(${operands.join(', ')})`;
}

// Where operands are brought to one type in the open, as in `CASE(..., 5:BIGINT)`.
const TYPES_SHOWN = new Set([
  '=',
  '<>',
  'CASE',
  'CAST',
  'TRY_CAST',
  'IN',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
  'ROW',
  'ARRAY',
  'MAP',
]);

/** Operands without what was done to them silently: casts are left out, constants are as they were written. */
function printedOperands({ operator, operands }: RexCall): RexNode[] {
  if (operator === 'CURRENT_DATABASE') return [];
  const plain = operands.map(withoutImplicitCasts);
  if (TYPES_SHOWN.has(operator)) return plain;
  if (operator === 'COALESCE' || operator === 'IFNULL' || isOfCollections(operator))
    return plain.map((node) => (isCharacter(node.type) || isBinary(node.type) ? asWritten(node) : node));
  return plain.map(asWritten);
}

/** Flink's own functions of arrays and maps, whose operands are cast in the open. */
function isOfCollections(operator: string): boolean {
  const definition = findFunction(operator);
  return definition !== undefined && showsCasts(definition);
}

function asWritten(node: RexNode): RexNode {
  return node.kind === 'literal' ? { ...node, type: naturalType(node) } : node;
}

function operandOf(call: RexCall, index: number): RexNode {
  return call.operands[index] as RexNode; // SEARCH has two
}

function fieldName(type: LogicalType, index: number): string {
  return type.root === 'ROW' ? (type.fields[index]?.name ?? String(index)) : String(index);
}
