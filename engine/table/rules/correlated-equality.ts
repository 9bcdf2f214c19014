import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalProject } from '../plan/builders.ts';
import { castColumnName } from '../plan/join-converter.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, inputOf, isCall, rexCall, rexInput, uniqueNames, usedInputs } from '../plan/rex.ts';
import { isCorrelation, readsOuter } from '../plan/rex-subquery.ts';

/** Conditions of a sub-query that say what a column of the row around is: Calcite's RelDecorrelator.findCorrelationEquivalent. */

/** `inner = outer`, or the other way round. */
export interface CorrelatedEquality {
  readonly inner: RexNode;
  readonly outer: RexNode;
  readonly operator: string;
  /** As written, what is inside stands first. */
  readonly isInnerFirst: boolean;
}

/** The sides of `inner = outer`; undefined for any other condition. */
export function equality(predicate: RexNode, correlation: number): CorrelatedEquality | undefined {
  if (!isCall(predicate, '=') && !isCall(predicate, 'IS NOT DISTINCT FROM')) return undefined;
  const [a, b] = predicate.operands as [RexNode, RexNode];
  const { operator } = predicate;
  const isOuter = (node: RexNode): boolean => readsOuter(node, correlation) && usedInputs([node]).size === 0;
  if (isOuter(a) && !readsOuter(b, correlation)) return { inner: b, outer: a, operator, isInnerFirst: false };
  if (isOuter(b) && !readsOuter(a, correlation)) return { inner: a, outer: b, operator, isInnerFirst: true };
  return undefined;
}

interface WrittenEquality {
  readonly written: RexNode;
  /** `$COR = column`. */
  readonly predicate: RexNode;
}

/**
 * The conditions that say that an outer column is something of the sub-query's own: one for each outer column. What they say is a column of
 * `node`, behind those of the input.
 */
export function withComputedKeys(
  input: LogicalNode,
  conditions: readonly RexNode[],
  correlation: number,
): { readonly node: LogicalNode; readonly equalities: ReadonlyMap<number, WrittenEquality> } {
  const equalities = new Map<number, WrittenEquality>();
  const computed: RexNode[] = [];
  const width = input.rowType.fields.length;
  for (const written of conditions) {
    const sides = isCall(written, '=') ? equality(written, correlation) : undefined;
    const outer = sides && widened(sides.outer);
    if (!sides || !outer || !isCorrelation(outer, correlation) || equalities.has(outer.column)) continue;
    const { inner } = sides;
    const key = inner.kind === 'input' ? inner : rexInput(width + computed.push(inner) - 1, inner.type);
    equalities.set(outer.column, {
      written,
      predicate: rexCall('=', sides.isInnerFirst ? [key, sides.outer] : [sides.outer, key], written.type),
    });
  }
  if (computed.length === 0) return { node: input, equalities };
  const columns = input.rowType.fields.map((_, i) => inputOf(input.rowType, i));
  const named = computed.map((each, i) => castColumnName(input.rowType, each) ?? `$f${width + i}`);
  const names = uniqueNames([...fieldNames(input.rowType), ...named]);
  return { node: logicalProject(input, [...columns, ...computed], names), equalities };
}

/** A column that is only cast to more of the same type. */
function widened(node: RexNode): RexNode {
  if (!isCall(node, 'CAST')) return node;
  const [operand] = node.operands as [RexNode];
  return operand.type.root === node.type.root ? widened(operand) : node;
}
