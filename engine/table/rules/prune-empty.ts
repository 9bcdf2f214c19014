import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode, LogicalValues } from '../plan/rel-node.ts';
import { conjunctions, fieldNames, inputOf, isCall, isLiteral, nullLiteral, rexCast } from '../plan/rex.ts';

/** What can have no rows becomes empty VALUES, from a condition that is FALSE upwards. */
export function pruneEmpty(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case 'LogicalFilter': {
        const [input] = node.inputs;
        return isNeverTrue(node.condition) || isEmpty(input) || isNullRow(input, node.condition)
          ? emptyValues(node)
          : node;
      }
      case 'LogicalProject':
        return isEmpty(node.inputs[0]) ? emptyValues(node) : node;
      case 'LogicalAggregate':
        if (!isEmpty(node.inputs[0])) return node;
        return node.group.length > 0 ? emptyValues(node) : (resultsOfNothing(node) ?? node);
      case 'LogicalSort':
        return node.fetch === 0 || isEmpty(node.inputs[0]) ? emptyValues(node) : node;
      case 'LogicalJoin': {
        const never = isNeverTrue(node.condition);
        const [left, right] = node.inputs;
        const { joinType, rowType } = node;
        switch (joinType) {
          case 'INNER':
          case 'SEMI':
            return never || isEmpty(left) || isEmpty(right) ? emptyValues(node) : node;
          case 'ANTI':
            if (isEmpty(left)) return emptyValues(node);
            return never || isEmpty(right) || isNeverSaid(right, node.condition, left) ? left : node;
          case 'LEFT':
            if (isEmpty(left)) return emptyValues(node);
            return never || isEmpty(right) ? withoutPartners(node.inputs, 'left', rowType) : node;
          case 'RIGHT':
            if (isEmpty(right)) return emptyValues(node);
            return never || isEmpty(left) ? withoutPartners(node.inputs, 'right', rowType) : node;
          case 'FULL':
            if (isEmpty(left))
              return isEmpty(right) ? emptyValues(node) : withoutPartners(node.inputs, 'right', rowType);
            return isEmpty(right) ? withoutPartners(node.inputs, 'left', rowType) : node;
        }
      }
      case 'LogicalCorrelate': {
        const [left, right] = node.inputs;
        if (isEmpty(left) || (isEmpty(right) && node.joinType === 'INNER')) return emptyValues(node);
        return isEmpty(right) ? withoutPartners(node.inputs, 'left', node.rowType) : node;
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

/** The one row that an aggregation without keys gives for no rows, where all its functions are known. */
function resultsOfNothing({ calls, rowType }: LogicalAggregate): LogicalValues | undefined {
  const results = calls.map(({ function: name, type }) =>
    name === 'COUNT' || name === 'SUM0' ? zero(type) : OF_NOTHING[name],
  );
  const row = results.filter((result) => result !== undefined);
  if (row.length < results.length) return undefined;
  return { kind: 'LogicalValues', inputs: [], rows: [row], rowType };
}

const OF_NOTHING: Readonly<Record<string, null>> = { SUM: null, MIN: null, MAX: null };

function zero({ root }: LogicalType): string | number {
  return root === 'BIGINT' || root === 'DECIMAL' ? '0' : 0;
}

/** Whether a condition asks that a column be set which is NULL in the one row there is. */
function isNullRow(node: LogicalNode, condition: RexNode): boolean {
  if (node.kind !== 'LogicalValues' || node.rows.length !== 1) return false;
  return conjunctions(condition).some((each) => {
    const column = isCall(each, 'IS NOT NULL') ? (each.operands[0] as RexNode) : undefined;
    return column?.kind === 'input' && node.rows[0]?.[column.index] === null;
  });
}

/** Whether a join asks for a column of its right side alone that says of the one row there is what is not so. */
function isNeverSaid(right: LogicalNode, condition: RexNode, left: LogicalNode): boolean {
  if (condition.kind !== 'input' || right.kind !== 'LogicalProject') return false;
  const said = right.projects[condition.index - left.rowType.fields.length];
  return said !== undefined && isNullRow(right.inputs[0], said);
}

/** The rows of one side alone, as an outer join gives them that has no others. */
function withoutPartners(
  inputs: readonly [LogicalNode, LogicalNode],
  side: 'left' | 'right',
  rowType: RowType,
): LogicalNode {
  const kept = inputs[side === 'left' ? 0 : 1];
  const first = side === 'left' ? 0 : inputs[0].rowType.fields.length;
  const columns = rowType.fields.map(({ type }, i) => {
    const index = i - first;
    if (index < 0 || index >= kept.rowType.fields.length) return nullLiteral(type);
    const column = inputOf(kept.rowType, index);
    return type.nullable && !column.type.nullable ? rexCast(column, type) : column;
  });
  return logicalProject(kept, columns, fieldNames(rowType));
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
