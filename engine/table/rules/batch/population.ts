import type { PhysicalNode } from '../../plan/physical-node.ts';
import { distinctValues } from './distinct.ts';
import type { BatchStatistics } from './statistics.ts';

/**
 * How many different values columns have before conditions leave some out (FlinkRelMdPopulationSize); undefined where nothing says so.
 */
export function populationSize(
  statistics: BatchStatistics,
  node: PhysicalNode,
  columns: readonly number[],
): number | undefined {
  switch (node.kind) {
    case 'Values':
      return Math.max(node.rows.length / 2, 1);
    case 'Exchange':
    case 'Sort':
    case 'Limit':
      return populationSize(statistics, node.inputs[0], columns);
    case 'Calc': {
      const below = inputColumns(columns.map((column) => node.projects[column]));
      return below
        ? populationSize(statistics, node.inputs[0], below)
        : statistics.distinctRows(node, columns);
    }
    case 'HashAggregate':
    case 'SortAggregate':
      if (node.isMerge) return populationSize(statistics, node.inputs[0], columns);
      return ofKeys(statistics, node, [...node.group, ...node.auxGroup], columns);
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
      return ofKeys(statistics, node, [...node.group, ...node.auxGroup], columns);
    case 'GroupAggregate':
      return ofKeys(statistics, node, node.group, columns);
    case 'Union': {
      const sizes = node.inputs.map((input) => populationSize(statistics, input, columns));
      return sizes.reduce(
        (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
        0,
      );
    }
    case 'Join':
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin': {
      const [left, right] = node.inputs;
      if (node.joinType === 'SEMI' || node.joinType === 'ANTI')
        return populationSize(statistics, left, columns);
      const width = left.rowType.fields.length;
      const sides = [
        populationOrOne(
          statistics,
          left,
          columns.filter((column) => column < width),
        ),
        populationOrOne(
          statistics,
          right,
          columns.filter((column) => column >= width).map((column) => column - width),
        ),
      ];
      const [ofLeft, ofRight] = sides;
      if (ofLeft === undefined || ofRight === undefined) return undefined;
      return distinctValues(ofLeft * ofRight, statistics.rowCount(node));
    }
    default:
      return statistics.distinctRows(node, columns);
  }
}

function populationOrOne(
  statistics: BatchStatistics,
  node: PhysicalNode,
  columns: readonly number[],
): number | undefined {
  return columns.length === 0 ? 1 : populationSize(statistics, node, columns);
}

function ofKeys(
  statistics: BatchStatistics,
  node: Extract<PhysicalNode, { group: readonly number[] }>,
  keys: readonly number[],
  columns: readonly number[],
): number | undefined {
  if (columns.some((column) => column >= keys.length)) return statistics.distinctRows(node, columns);
  const [input] = node.inputs;
  const size = populationSize(
    statistics,
    input,
    columns.map((column) => keys[column]!), // checked above
  );
  return size === undefined ? undefined : Math.min(size, statistics.rowCount(input));
}

function inputColumns(
  projects: readonly (Extract<PhysicalNode, { kind: 'Calc' }>['projects'][number] | undefined)[],
): readonly number[] | undefined {
  const columns = projects.flatMap((project) => (project?.kind === 'input' ? [project.index] : []));
  return columns.length === projects.length ? columns : undefined;
}
