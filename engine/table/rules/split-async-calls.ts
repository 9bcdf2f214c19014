import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { PhysicalAsyncCalc, PhysicalCalc, PhysicalNode } from '../plan/physical-node.ts';
import {
  conjoin,
  conjunctions,
  fieldNames,
  inputOf,
  mapRex,
  rowTypeOf,
  sameRex,
  uniqueNames,
  walkRex,
} from '../plan/rex.ts';

/**
 * A Calc that calls functions whose results come later, as Flink splits it: conditions that need no such result before the calls, the calls, and
 * what is computed of their results behind them. Calls within calls make several steps.
 */
export function splitAsyncCalls(calc: PhysicalCalc): PhysicalNode {
  const { projects, condition, rowType } = calc;
  const conditions = condition ? conjunctions(condition) : [];
  if (![...projects, ...conditions].some(hasAsync)) return calc;
  const before = conditions.filter((each) => !hasAsync(each));
  const input = filtered(calc.inputs[0], before);
  const after = conditions.filter(hasAsync);
  const calls = innermost([...projects, ...after]);
  const asked = asyncCalc(input, calls);
  const first = input.rowType.fields.length;
  const answered = (node: RexNode): RexNode =>
    replaced(node, calls, (i) => inputOf(asked.rowType, first + i));
  const remaining = after.map(answered);
  const rest: PhysicalCalc = {
    kind: 'Calc',
    inputs: [asked],
    projects: projects.map(answered),
    ...(remaining.length > 0 && { condition: conjoin(remaining) }),
    rowType,
  };
  return splitAsyncCalls(rest);
}

/** Whether an expression calls a function whose result comes later. */
export function hasAsync(node: RexNode): boolean {
  let found = false;
  walkRex(node, (each) => {
    if (each.kind === 'call' && each.isAsync) found = true;
    return !found;
  });
  return found;
}

/** Calls whose arguments are there, each once unless it gives something else every time. */
function innermost(nodes: readonly RexNode[]): RexCall[] {
  const calls: RexCall[] = [];
  for (const node of nodes) {
    walkRex(node, (each) => {
      if (each.kind !== 'call' || !each.isAsync || each.operands.some(hasAsync)) return;
      if (each.isVolatile ? !calls.includes(each) : !calls.some((known) => sameRex(known, each)))
        calls.push(each);
    });
  }
  return calls;
}

function replaced(node: RexNode, calls: readonly RexCall[], to: (index: number) => RexNode): RexNode {
  return mapRex(node, (each) => {
    if (each.kind !== 'call' || !each.isAsync) return each;
    const index = calls.findIndex((call) => (each.isVolatile ? call === each : sameRex(call, each)));
    return index < 0 ? each : to(index);
  });
}

function asyncCalc(input: PhysicalNode, calls: readonly RexCall[]): PhysicalAsyncCalc {
  const own = fieldNames(input.rowType);
  const names = uniqueNames([...own, ...calls.map((_, i) => `f${i}`)]);
  const fields = [...input.rowType.fields.map(({ type }) => type), ...calls.map(({ type }) => type)].map(
    (type, i) => ({
      name: names[i] as string,
      type,
    }),
  );
  return { kind: 'AsyncCalc', inputs: [input], calls, rowType: rowTypeOf(fields) };
}

function filtered(input: PhysicalNode, conditions: readonly RexNode[]): PhysicalNode {
  if (conditions.length === 0) return input;
  const rowType: RowType = input.rowType;
  const projects = rowType.fields.map((_, i) => inputOf(rowType, i));
  return { kind: 'Calc', inputs: [input], projects, condition: conjoin(conditions), rowType };
}
