import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import type { RowType } from '../../types/logical-type.ts';
import type {
  PhysicalAsyncCalc,
  PhysicalCalc,
  PhysicalCorrelate,
  PhysicalNode,
} from '../plan/physical-node.ts';
import {
  conjoin,
  conjunctions,
  fieldNames,
  inputOf,
  mapRex,
  moveInputs,
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

/** The conditions of an inner join that hang on such functions: asked about the joined rows. */
export function asyncConditions(condition: RexNode): { readonly own: RexNode; readonly asked: RexNode[] } {
  const all = conjunctions(condition);
  return { own: conjoin(all.filter((each) => !hasAsync(each))), asked: all.filter(hasAsync) };
}

/** The rows of `input` that meet the conditions. */
export function askedOf(input: PhysicalNode, conditions: readonly RexNode[]): PhysicalNode {
  const calc = filtered(input, conditions);
  return calc.kind === 'Calc' ? splitAsyncCalls(calc) : calc;
}

/**
 * A table function whose arguments are such results: they are asked for before it is called, as further columns of the left, which end
 * there. What an inner one's condition asks is asked about the rows behind it.
 */
export function withAskedArguments(node: PhysicalCorrelate): PhysicalNode {
  const [left] = node.inputs;
  const { call, condition, projection, joinType, rowType } = node;
  const width = left.rowType.fields.length;
  const isLifted = condition !== undefined && joinType === 'INNER' && !projection && hasAsync(condition);
  const { own, asked } = isLifted ? asyncConditions(condition) : { own: condition, asked: [] };
  const behind = asked.map((each) => moveInputs(each, (index) => index + width));
  const { condition: _, ...unconditional } = node;
  const plain: PhysicalCorrelate = isLifted
    ? { ...unconditional, ...(asked.length < conjunctions(condition).length && { condition: own }) }
    : node;
  const late = call.operands.filter(hasAsync);
  if (late.length === 0) return askedOf(plain, behind);
  const names = uniqueNames([...fieldNames(left.rowType), ...late.map((_, i) => `f${i}`)]);
  const types = [...left.rowType.fields.map(({ type }) => type), ...late.map(({ type }) => type)];
  const wide = rowTypeOf(types.map((type, i) => ({ name: names[i] as string, type })));
  const columns = left.rowType.fields.map((_, i) => inputOf(left.rowType, i));
  const input = splitAsyncCalls({
    kind: 'Calc',
    inputs: [left],
    projects: [...columns, ...late],
    rowType: wide,
  });
  const operands = call.operands.map((each) =>
    hasAsync(each) ? inputOf(wide, width + late.indexOf(each)) : each,
  );
  const fields = [...wide.fields, ...rowType.fields.slice(width)];
  const called: PhysicalCorrelate = {
    ...plain,
    inputs: [input],
    call: { ...call, operands },
    outerNames: names.map((name, i) => node.outerNames[i] ?? name),
    rowType: rowTypeOf(fields),
  };
  const projects = fields.flatMap((_, i) =>
    i < width || i >= wide.fields.length ? [inputOf(called.rowType, i)] : [],
  );
  return askedOf({ kind: 'Calc', inputs: [called], projects, rowType }, behind);
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
