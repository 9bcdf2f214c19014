import type { RexCall, RexInput, RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField, RowType } from '../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { findFunction } from '../functions/functions.ts';
import { mapShared } from './map-shared.ts';

/** Building, taking apart and rewriting row expressions. All functions leave their arguments as they are. */

export const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable: true };
export const BOOLEAN_NOT_NULL: LogicalType = { root: 'BOOLEAN', nullable: false };
export const TRUE: RexLiteral = { kind: 'literal', value: true, type: BOOLEAN_NOT_NULL };
export const FALSE: RexLiteral = { kind: 'literal', value: false, type: BOOLEAN_NOT_NULL };

export function rexInput(index: number, type: LogicalType): RexInput {
  return { kind: 'input', index, type };
}

/** Column `index` of a row type. */
export function inputOf(rowType: RowType, index: number): RexInput {
  return rexInput(index, fieldOf(rowType, index).type);
}

export function rexCall(operator: string, operands: readonly RexNode[], type: LogicalType): RexCall {
  return { kind: 'call', operator, operands, type };
}

export function rexCast(operand: RexNode, type: LogicalType): RexNode {
  return rexCall('CAST', [operand], type);
}

export function nullLiteral(type: LogicalType): RexLiteral {
  return { kind: 'literal', value: null, type: { ...type, nullable: true } };
}

export function fieldOf(rowType: RowType, index: number): RowField {
  const field = rowType.fields[index];
  if (!field) throw new RangeError(`no column ${index} in a row of ${rowType.fields.length}`);
  return field;
}

export function rowTypeOf(fields: readonly RowField[]): RowType {
  return { root: 'ROW', fields, nullable: false };
}

export function fieldNames(rowType: RowType): string[] {
  return rowType.fields.map((field) => field.name);
}

export function isLiteral(node: RexNode): node is RexLiteral {
  return node.kind === 'literal';
}

export function isCall(node: RexNode, operator: string): node is RexCall {
  return node.kind === 'call' && node.operator === operator;
}

/** A CAST or TRY_CAST that plans do not print. */
export function isImplicitCast(node: RexNode): boolean {
  const isCast = node.kind === 'call' && (node.operator === 'CAST' || node.operator === 'TRY_CAST');
  return isCast && node.implicit === true;
}

/** What plans print in the place of a node: casts that Flink makes while computing are left out. */
export function withoutImplicitCasts(node: RexNode): RexNode {
  return node.kind === 'call' && isImplicitCast(node)
    ? withoutImplicitCasts(node.operands[0] as RexNode)
    : node;
}

export function isTrue(node: RexNode): boolean {
  return isLiteral(node) && node.value === true;
}

/** Two expressions are the same when their JSON is, types included, but for the order of two operands: `a < b` is `b > a`. */
export function sameRex(left: RexNode, right: RexNode): boolean {
  if (left === right) return true;
  switch (left.kind) {
    case 'input':
      return right.kind === 'input' && left.index === right.index && sameType(left.type, right.type);
    case 'field':
      return (
        right.kind === 'field' &&
        left.index === right.index &&
        sameRex(left.node, right.node) &&
        sameType(left.type, right.type)
      );
    case 'literal':
      return (
        right.kind === 'literal' &&
        left.value === right.value &&
        left.isComputed === right.isComputed &&
        sameType(left.type, right.type)
      );
    case 'call':
      return right.kind === 'call' && sameCall(left, right);
  }
}

function sameCall(left: RexCall, right: RexCall): boolean {
  return (
    left.operands.length === right.operands.length &&
    left.implicit === right.implicit &&
    left.userFunction === right.userFunction &&
    left.isVolatile === right.isVolatile &&
    left.isAsync === right.isAsync &&
    (sameOperation(left, right) || isMirrored(left, right)) &&
    sameType(left.type, right.type) &&
    (!left.operator.startsWith('$') || samePlanCall(left, right))
  );
}

function sameOperation(left: RexCall, right: RexCall): boolean {
  return (
    left.operator === right.operator &&
    left.operands.every((operand, i) => sameRex(operand, right.operands[i] as RexNode))
  );
}

/** What an operator of two operands is called when these change places; `+` and `*` only of two numbers of one type. */
const MIRRORED: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  ...Object.fromEntries(
    ['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM', 'AND', 'OR', '+', '*'].map((each) => [
      each,
      each,
    ]),
  ),
};

function isMirrored(left: RexCall, right: RexCall): boolean {
  if (MIRRORED[left.operator] !== right.operator || left.operands.length !== 2) return false;
  const [first, second] = left.operands as [RexNode, RexNode];
  const isSum = left.operator === '+' || left.operator === '*';
  if (isSum && !typesEqualSansNullability(first.type, second.type)) return false;
  return sameRex(first, right.operands[1] as RexNode) && sameRex(second, right.operands[0] as RexNode);
}

/** Calls that the plan alone knows (`rex-subquery.ts`) say by more than their operands what they are. */
function samePlanCall(left: RexCall, right: RexCall): boolean {
  return ['subquery', 'comparison', 'correlation', 'column'].every((field) => {
    const mine: unknown = Reflect.get(left, field);
    const other: unknown = Reflect.get(right, field);
    return mine === other || (typeof mine === 'object' && JSON.stringify(mine) === JSON.stringify(other));
  });
}

function sameType(left: LogicalType, right: LogicalType): boolean {
  if (left === right) return true;
  if (left.root !== right.root || left.nullable !== right.nullable) return false;
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Rebuilds an expression from the leaves up; `visit` sees every node after its children were replaced. */
export function mapRex(node: RexNode, visit: (node: RexNode) => RexNode): RexNode {
  if (node.kind === 'field') {
    const inner = mapRex(node.node, visit);
    return visit(inner === node.node ? node : { ...node, node: inner });
  }
  if (node.kind === 'call') {
    const operands = mapShared(node.operands, (operand) => mapRex(operand, visit));
    return visit(operands === node.operands ? node : { ...node, operands });
  }
  return visit(node);
}

/** Puts `inputs[i]` in the place of column i: how an expression moves below the projection it reads. */
export function substitute(node: RexNode, inputs: readonly RexNode[]): RexNode {
  return mapRex(node, (each) => {
    if (each.kind === 'field') return fieldAccess(each.node, each.index, each.type);
    return each.kind === 'input' ? (inputs[each.index] as RexNode) : each;
  });
}

// `ROW(a, b).a` is a.
function fieldAccess(node: RexNode, index: number, type: LogicalType): RexNode {
  const built = isCall(node, 'ROW') ? node.operands[index] : undefined;
  return built ?? { kind: 'field', node, index, type };
}

/** Moves every column reference; `to` gives the new position. */
export function moveInputs(node: RexNode, to: (index: number) => number): RexNode {
  return mapRex(node, (each) => (each.kind === 'input' ? { ...each, index: to(each.index) } : each));
}

/** Calls `visit` for every node, outermost first; it stops at a node for which `visit` gives false. */
export function walkRex(node: RexNode, visit: (node: RexNode) => boolean | void): void {
  if (visit(node) === false) return;
  if (node.kind === 'field') walkRex(node.node, visit);
  else if (node.kind === 'call') for (const operand of node.operands) walkRex(operand, visit);
}

/** The columns that expressions read. */
export function usedInputs(nodes: readonly RexNode[]): Set<number> {
  const used = new Set<number>();
  for (const node of nodes) {
    walkRex(node, (each) => {
      if (each.kind === 'input') used.add(each.index);
    });
  }
  return used;
}

/** How many nodes an expression has. */
export function rexSize(node: RexNode): number {
  let size = 0;
  walkRex(node, () => void size++);
  return size;
}

/** The operands of nested ANDs (or ORs), flat; TRUE is the empty conjunction, FALSE the empty disjunction. */
export function flatten(operator: 'AND' | 'OR', node: RexNode): RexNode[] {
  if (isCall(node, operator)) return node.operands.flatMap((operand) => flatten(operator, operand));
  return isLiteral(node) && node.value === (operator === 'AND') ? [] : [node];
}

export const conjunctions = (node: RexNode): RexNode[] => flatten('AND', node);

/** AND of all, TRUE of none. */
export function conjoin(nodes: readonly RexNode[]): RexNode {
  return combine('AND', nodes);
}

export function combine(operator: 'AND' | 'OR', nodes: readonly RexNode[]): RexNode {
  if (nodes.length === 0) return operator === 'AND' ? TRUE : FALSE;
  if (nodes.length === 1) return nodes[0] as RexNode;
  const nullable = nodes.some((node) => node.type.nullable);
  return rexCall(operator, nodes, nullable ? BOOLEAN : BOOLEAN_NOT_NULL);
}

/** A user's function says it itself. */
export function isDeterministic(node: RexNode): boolean {
  return isRepeatable(node, false);
}

/** Likewise, where also counts what stands still while a query in batch mode runs: CURRENT_DATE. */
export function isDeterministicInQuery(node: RexNode): boolean {
  return isRepeatable(node, true);
}

function isRepeatable(node: RexNode, allowsDynamic: boolean): boolean {
  let result = true;
  walkRex(node, (each) => {
    if (each.kind === 'call' && each.isVolatile) result = false;
    else if (each.kind === 'call' && each.userFunction === undefined) {
      // UNIX_TIMESTAMP of a text is fixed by the text.
      const isFixed = each.operator === 'UNIX_TIMESTAMP' && each.operands.length > 0;
      const determinism = isFixed ? 'pure' : (findFunction(each.operator)?.determinism ?? 'pure');
      if (determinism !== 'pure' && !(allowsDynamic && determinism === 'dynamic')) result = false;
    }
    return result;
  });
  return result;
}

/** Names made unique as Calcite does: `a`, `a0`, `a1`; a name that is taken later keeps its place. */
export function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let i = 0; used.has(unique); i++) unique = `${name}${i}`;
    used.add(unique);
    return unique;
  });
}
