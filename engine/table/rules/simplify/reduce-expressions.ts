import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import { typesEqual } from '../../../types/type-equality.ts';
import { findFunction } from '../../functions/functions.ts';
import { mapShared } from '../../plan/map-shared.ts';
import { isCall, isLiteral, mapRex, rexCast, usedInputs, withoutImplicitCasts } from '../../plan/rex.ts';
import { reduceConstants } from './constant-reducer.ts';
import type { ComputeConstants } from './constant-reducer.ts';

/**
 * Every largest part of the expressions of one node that has no columns, computed: all parts together or, where one of them fails, none, as
 * Flink does it. Casts of literals are left to `simplify`. Predicates of a CASE go into its branches on the way.
 */
export function reduceExpressions(nodes: readonly RexNode[], compute: ComputeConstants): readonly RexNode[] {
  const pushed = mapShared(nodes, pushIntoCases);
  const found: RexNode[] = [];
  for (const node of pushed) if (constancyOf(node, found) === 'reducible') add(node, found);
  if (found.length === 0) return pushed;
  const values = reduceConstants(found, compute);
  if (!values) return pushed;
  const replacements = new Map(found.map((node, i) => [node, values[i] as RexNode]));
  return pushed.map((node) => replace(node, replacements));
}

type Constancy = 'variable' | 'reducible' | 'literal';

/** Adds to `found` the reducible parts of what is no constant itself. */
function constancyOf(node: RexNode, found: RexNode[]): Constancy {
  if (node.kind === 'literal') return 'literal';
  if (node.kind === 'input') return 'variable';
  if (node.kind === 'call' && node.operator === 'SARG') return 'literal';
  const operands = node.kind === 'field' ? [node.node] : node.operands;
  const own = operands.map((operand) => constancyOf(operand, found));
  const isReducible =
    node.kind === 'call' && node.operator !== 'ROW' && !own.includes('variable') && isFixed(node);
  if (isReducible) return 'reducible';
  operands.forEach((operand, i) => {
    if (own[i] === 'reducible') add(operand, found);
  });
  return 'variable';
}

// What plans do not show as cast is computed in its own type.
function add(node: RexNode, found: RexNode[]): void {
  const plain = withoutImplicitCasts(node);
  // A remainder is computed in the type of the dividend, and has that of the divisor.
  const shown = isCall(plain, 'MOD') ? node : plain;
  if (shown.kind !== 'call') return;
  if (shown.operator === 'CAST' && isLiteral(shown.operands[0] as RexNode)) return;
  found.push(shown);
}

/** Whether the operands say it all, for ever. UNIX_TIMESTAMP of a text reads no clock, but Flink takes it for one that does. */
function isFixed(call: RexCall): boolean {
  if (call.isVolatile || call.isAsync) return false;
  if (call.userFunction !== undefined) return true;
  return (findFunction(call.operator)?.determinism ?? 'pure') === 'pure';
}

// By identity: what was found is in the tree as it is.
function replace(node: RexNode, replacements: ReadonlyMap<RexNode, RexNode>): RexNode {
  const value = replacements.get(node);
  if (value) return value === node || typesEqual(value.type, node.type) ? value : rexCast(value, node.type);
  if (node.kind === 'field') {
    const inner = replace(node.node, replacements);
    return inner === node.node ? node : { ...node, node: inner };
  }
  if (node.kind !== 'call') return node;
  const operands = mapShared(node.operands, (operand) => replace(operand, replacements));
  return operands === node.operands ? node : { ...node, operands };
}

/** `(CASE WHEN p THEN v ... END) = x` as `CASE WHEN p THEN v = x ... END`. */
function pushIntoCases(node: RexNode): RexNode {
  return mapRex(node, (each) => (each.kind === 'call' ? pushIntoCase(each) : each));
}

function pushIntoCase(call: RexCall): RexCall {
  if (call.type.root !== 'BOOLEAN' || /^(?:CASE|AND|OR|\$.*)$/.test(call.operator)) return call;
  const at = call.operands.findLastIndex((operand) => isCall(operand, 'CASE'));
  if (at < 0) return call;
  if (call.operator === '=') {
    const [left, right] = call.operands.map((operand) => usedInputs([operand])) as [Set<number>, Set<number>];
    if (left.size > 0 && right.size > 0 && ![...left].some((index) => right.has(index))) return call;
  }
  const cases = call.operands[at] as RexCall;
  const operands = cases.operands.map((operand, i) =>
    i % 2 === 1 || i === cases.operands.length - 1
      ? pushIntoCase({
          ...call,
          operands: call.operands.map((each, place) => (place === at ? operand : each)),
        })
      : operand,
  );
  return { ...cases, operands, type: call.type };
}
