import { typesEqual } from '../../types/type-equality.ts';
import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf, rexCast, uniqueNames } from '../plan/rex.ts';
import { areColumnsUnique } from './unique-keys.ts';

/** SELECT DISTINCT, and GROUP BY with functions that give a single value back, of rows that are distinct already is a projection. */
export function removeDistinct(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate' || node.group.length === 0 || !node.calls.every(isOfOneRow))
      return node;
    const [input] = node.inputs;
    if (!areColumnsUnique(input, node.group)) return node;
    const keys = node.group.map((key) => inputOf(input.rowType, key));
    const values = node.calls.map(({ arguments: [argument = 0], type }) => {
      const value = inputOf(input.rowType, argument);
      return typesEqual(value.type, type) ? value : rexCast(value, type);
    });
    const names = fieldNames(node.rowType).map((name, i) => {
      const value = values[i - keys.length];
      return value?.kind === 'input' ? fieldOf(input.rowType, value.index).name : name;
    });
    return logicalProject(input, [...keys, ...values], uniqueNames(names));
  });
}

const VALUE_OF_ONE = new Set(['SUM', 'MIN', 'MAX']);

function isOfOneRow({ function: name, filter }: NamedAggregateCall): boolean {
  return VALUE_OF_ONE.has(name) && filter < 0;
}
