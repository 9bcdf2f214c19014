import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf, rexCall } from '../plan/rex.ts';

/**
 * JSON aggregates take JSON: their values become texts (JSON_STRING) in a projection below, beside the columns that are there, which all stay
 * (Flink's WrapJsonAggFunctionArgumentsRule). A document that JSON_OBJECT or JSON_ARRAY makes is taken as it is once both calls are one.
 */
export function wrapJsonArguments(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    const isJson =
      node.kind === 'LogicalAggregate' && node.calls.some((call) => wrappedPlace(call.function) >= 0);
    return isJson ? wrapped(node) : node;
  });
}

/** Which argument is a value, or -1. */
function wrappedPlace(name: string): number {
  if (name.startsWith('JSON_OBJECTAGG')) return 1;
  return name.startsWith('JSON_ARRAYAGG') ? 0 : -1;
}

function wrapped(node: LogicalAggregate): LogicalNode {
  const [input] = node.inputs;
  const { rowType } = input;
  const width = rowType.fields.length;
  const added: number[] = [];
  const calls = node.calls.map((call) => {
    const place = wrappedPlace(call.function);
    const column = call.arguments[place];
    if (column === undefined) return call;
    if (!added.includes(column)) added.push(column);
    const argument = width + added.indexOf(column);
    const type = jsonText(fieldOf(rowType, column).type);
    return {
      ...call,
      arguments: call.arguments.map((each, i) => (i === place ? argument : each)),
      argumentTypes: call.argumentTypes.map((each, i) => (i === place ? type : each)),
    };
  });
  const columns = rowType.fields.map((_, i): RexNode => inputOf(rowType, i));
  const texts = added.map((column) => {
    const operand = inputOf(rowType, column);
    return rexCall('JSON_STRING', [operand], jsonText(operand.type));
  });
  const names = [...fieldNames(rowType), ...added.map((_, i) => `$f${width + i}`)];
  const below = logicalProject(input, [...columns, ...texts], names);
  return { ...logicalAggregate(below, node.group, calls, node.groupSets), keepsInput: true };
}

function jsonText({ nullable }: LogicalType): LogicalType {
  return { root: 'VARCHAR', length: 2147483647, nullable };
}
