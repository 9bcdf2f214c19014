import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf, rexCall } from '../plan/rex.ts';
import type { ComputeConstants } from './simplify/constant-reducer.ts';
import { simplifyAll } from './simplify/simplify.ts';

/** JSON aggregates take JSON: their values become texts (JSON_STRING) in a projection below, beside the columns that are there. */
export function wrapJsonArguments(plan: LogicalNode, compute: ComputeConstants): LogicalNode {
  return mapPlan(plan, (node) => {
    const isAggregate = node.kind === 'LogicalAggregate' || node.kind === 'LogicalWindowAggregate';
    return isAggregate && node.calls.some(({ function: name }) => wrappedPlace(name) >= 0)
      ? wrapped(node, compute)
      : node;
  });
}

/** Which argument is a value, or -1. */
function wrappedPlace(name: string): number {
  if (name.startsWith('JSON_OBJECTAGG')) return 1;
  return name.startsWith('JSON_ARRAYAGG') ? 0 : -1;
}

type Aggregation = LogicalAggregate | Extract<LogicalNode, { kind: 'LogicalWindowAggregate' }>;

function wrapped(node: Aggregation, compute: ComputeConstants): LogicalNode {
  const [input] = node.inputs;
  const { rowType } = input;
  const width = rowType.fields.length;
  const added: number[] = [];
  const calls = node.calls.map((call) => {
    const place = wrappedPlace(call.function);
    const column = call.arguments[place];
    if (column === undefined || isDocument(input, column)) return call;
    if (!added.includes(column)) added.push(column);
    const argument = width + added.indexOf(column);
    const type = jsonText(fieldOf(rowType, column).type);
    return {
      ...call,
      arguments: call.arguments.map((each, i) => (i === place ? argument : each)),
      argumentTypes: call.argumentTypes.map((each, i) => (i === place ? type : each)),
    };
  });
  if (added.length === 0) return node;
  const columns = rowType.fields.map((_, i): RexNode => inputOf(rowType, i));
  const texts = added.map((column) => {
    const made = input.kind === 'LogicalProject' ? input.projects[column] : undefined;
    const operand = made?.kind === 'literal' ? made : inputOf(rowType, column);
    return rexCall('JSON_STRING', [operand], jsonText(operand.type));
  });
  const names = [...fieldNames(rowType), ...added.map((_, i) => `$f${width + i}`)];
  const below = logicalProject(input, [...columns, ...simplifyAll(texts, compute)], names);
  if (node.kind === 'LogicalWindowAggregate') return { ...node, inputs: [below], calls };
  return logicalAggregate(below, node.group, calls);
}

/** Whether a column is made by a function of JSON documents, below an Expand, too: it is JSON already. */
function isDocument(input: LogicalNode, column: number): boolean {
  if (input.kind === 'LogicalExpand') {
    const copied = input.projects[0]?.[column];
    return copied?.kind === 'input' && isDocument(input.inputs[0], copied.index);
  }
  const made = input.kind === 'LogicalProject' ? input.projects[column] : undefined;
  return made?.kind === 'call' && made.userFunction === undefined && DOCUMENTS.has(made.operator);
}

const DOCUMENTS = new Set(['JSON_OBJECT', 'JSON_ARRAY']);

function jsonText({ nullable }: LogicalType): LogicalType {
  return { root: 'VARCHAR', length: 2147483647, nullable };
}
