import { logicalAggregate, logicalProject, mapPlan } from '../../plan/builders.ts';
import type { LogicalAggregate, LogicalNode, NamedAggregateCall } from '../../plan/rel-node.ts';
import { fieldNames, fieldOf, inputOf } from '../../plan/rex.ts';
import { uniqueKeys } from '../unique-keys.ts';

/** An aggregate that has the one value of a column that the keys determine. */
export const AUXILIARY_GROUP = 'AUXILIARY_GROUP';

/**
 * Keys of a GROUP BY that other keys determine, because these are a primary key of where both come from, are not grouped by: they are
 * carried along.
 */
export function reduceGrouping(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate' || node.group.length < 2 || node.groupSets) return node;
    const [input] = node.inputs;
    const needed = determining(input, node.group);
    return needed.length < node.group.length ? reduced(node, needed) : node;
  });
}

function reduced(node: LogicalAggregate, needed: readonly number[]): LogicalNode {
  const [input] = node.inputs;
  const group = node.group.filter((column) => needed.includes(column));
  const carried = node.group.filter((column) => !needed.includes(column));
  const auxiliary = carried.map((column): NamedAggregateCall => {
    const { name, type } = fieldOf(input.rowType, column);
    return {
      name,
      function: AUXILIARY_GROUP,
      arguments: [column],
      argumentTypes: [type],
      distinct: false,
      filter: -1,
      type,
    };
  });
  const aggregate = logicalAggregate(input, group, [...auxiliary, ...node.calls]);
  const places = [...group, ...carried];
  const columns = node.rowType.fields.map((_, i) => {
    const key = node.group[i];
    return key === undefined ? i : places.indexOf(key);
  });
  return logicalProject(
    aggregate,
    columns.map((column) => inputOf(aggregate.rowType, column)),
    fieldNames(node.rowType),
  );
}

/** As few of the columns as tell their values: a key of each table that they come from. */
function determining(node: LogicalNode, columns: readonly number[]): readonly number[] {
  switch (node.kind) {
    case 'LogicalFilter':
      return determining(node.inputs[0], columns);
    case 'LogicalProject': {
      const below = columns.map((column) => {
        const project = node.projects[column];
        return project?.kind === 'input' ? project.index : -1;
      });
      const kept = determining(
        node.inputs[0],
        below.filter((column) => column >= 0),
      );
      return columns.filter((_, i) => below[i]! < 0 || kept.includes(below[i]!)); // one for each column
    }
    case 'LogicalJoin': {
      if (node.joinType === 'SEMI' || node.joinType === 'ANTI') return determining(node.inputs[0], columns);
      const [left, right] = node.inputs;
      const width = left.rowType.fields.length;
      const ofLeft = determining(
        left,
        columns.filter((column) => column < width),
      );
      const ofRight = determining(
        right,
        columns.filter((column) => column >= width).map((column) => column - width),
      );
      return [...ofLeft, ...ofRight.map((column) => column + width)];
    }
    default: {
      const key = uniqueKeys(node).find((each) => each.every((column) => columns.includes(column)));
      return key ?? columns;
    }
  }
}
