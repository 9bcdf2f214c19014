import type { RowType } from '../../types/logical-type.ts';
import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode, LogicalValues } from '../plan/rel-node.ts';
import { fieldNames, inputOf, isLiteral, nullLiteral } from '../plan/rex.ts';

/** What can have no rows becomes empty VALUES, from a condition that is FALSE upwards. */
export function pruneEmpty(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case 'LogicalFilter':
        return isNeverTrue(node.condition) || isEmpty(node.inputs[0]) ? emptyValues(node) : node;
      case 'LogicalProject':
        return isEmpty(node.inputs[0]) ? emptyValues(node) : node;
      case 'LogicalAggregate':
        // A global aggregation stays: in a bounded query it would answer for the empty input, too.
        return node.group.length > 0 && isEmpty(node.inputs[0]) ? emptyValues(node) : node;
      case 'LogicalSort':
        return node.fetch === 0 || isEmpty(node.inputs[0]) ? emptyValues(node) : node;
      case 'LogicalJoin': {
        const [left, right] = node.inputs.map(isEmpty);
        if (isNeverTrue(node.condition)) {
          if (node.joinType === 'INNER' || node.joinType === 'SEMI') return emptyValues(node);
          if (node.joinType === 'LEFT') return withoutPartners(node.inputs[0], node.rowType);
        }
        const isNothing =
          node.joinType === 'INNER' || node.joinType === 'SEMI'
            ? left || right
            : node.joinType === 'RIGHT'
              ? right
              : node.joinType === 'FULL'
                ? left && right
                : left;
        return isNothing ? emptyValues(node) : node;
      }
      case 'LogicalCorrelate': {
        const [left, right] = node.inputs;
        if (isEmpty(left) || (isEmpty(right) && node.joinType === 'INNER')) return emptyValues(node);
        return isEmpty(right) ? withoutPartners(left, node.rowType) : node;
      }
      case 'LogicalUnion': {
        const inputs = node.inputs.filter((input) => !isEmpty(input));
        const [only] = inputs;
        if (!only) return emptyValues(node);
        if (inputs.length === 1 && node.all) return renamed(only, node.rowType);
        return inputs.length === node.inputs.length ? node : { ...node, inputs };
      }
      default:
        return node;
    }
  });
}

/** The rows of the left side alone, as an outer join gives them that has no others. */
function withoutPartners(left: LogicalNode, rowType: RowType): LogicalNode {
  const width = left.rowType.fields.length;
  const columns = rowType.fields.map(({ type }, i) =>
    i < width ? inputOf(left.rowType, i) : nullLiteral(type),
  );
  return logicalProject(left, columns, fieldNames(rowType));
}

function isNeverTrue(condition: Parameters<typeof isLiteral>[0]): boolean {
  return isLiteral(condition) && condition.value !== true;
}

function isEmpty(node: LogicalNode): boolean {
  return node.kind === 'LogicalValues' && node.rows.length === 0;
}

// Of a union of one, the names remain.
function renamed(node: LogicalNode, rowType: RowType): LogicalNode {
  const columns = rowType.fields.map((_, i) => inputOf(node.rowType, i));
  return logicalProject(node, columns, fieldNames(rowType));
}

function emptyValues({ rowType }: LogicalNode): LogicalValues {
  return { kind: 'LogicalValues', inputs: [], rows: [], rowType };
}
