import { typesEqual } from '../../types/type-equality.ts';
import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import { fieldNames, inputOf, rexCast } from '../plan/rex.ts';
import { areUniqueInValues } from './batch/merge-aggregates.ts';
import { containsUniqueKey } from './unique-keys.ts';

/** SELECT DISTINCT, and GROUP BY with functions that give a single value back, of rows that are distinct already is a projection. */
export function removeDistinct(plan: LogicalNode, isBatch = false): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate' || node.group.length === 0 || !node.calls.every(isOfOneRow))
      return node;
    const [input] = node.inputs;
    const isUnique =
      containsUniqueKey(input, node.group) || (isBatch && areUniqueInValues(input, node.group));
    if (!isUnique) return node;
    const keys = node.group.map((key) => inputOf(input.rowType, key));
    const values = node.calls.map(({ arguments: [argument = 0], type }) => {
      const value = inputOf(input.rowType, argument);
      return typesEqual(value.type, type) ? value : rexCast(value, type);
    });
    return logicalProject(input, [...keys, ...values], fieldNames(node.rowType));
  });
}

const VALUE_OF_ONE = new Set(['SUM', 'MIN', 'MAX']);

function isOfOneRow({ function: name, filter }: NamedAggregateCall): boolean {
  return VALUE_OF_ONE.has(name) && filter < 0;
}
