import type { UniqueKeyKind } from '../../operators/operator-spec.ts';
import type { RexNode } from '../../expressions/rex-node.ts';
import type { RowType } from '../../types/logical-type.ts';
import { TableException } from '../../types/errors.ts';
import type { PhysicalExchange, PhysicalJoin, PhysicalNode } from '../plan/physical-node.ts';
import type { LogicalJoin, LogicalNode, LogicalProject, LogicalWindowAggregate } from '../plan/rel-node.ts';
import { fieldOf, inputOf, rowTypeOf, uniqueNames } from '../plan/rex.ts';
import { calledOnce, correlate } from './correlate.ts';
import { joinKeys } from './join-keys.ts';
import { withEqualExpressions } from './simplify/equal-expressions.ts';
import {
  asyncConditions,
  askedOf,
  hasAsync,
  splitAsyncCalls,
  withAskedArguments,
} from './split-async-calls.ts';
import { upsertKeys } from './upsert-keys.ts';

/**
 * From what a query says to how it is run: filter and projection become one Calc, and rows are brought together (Exchange) before
 * every operator that needs all rows of a key in one place.
 */
export function toPhysical(node: LogicalNode): PhysicalNode {
  const { rowType } = node;
  switch (node.kind) {
    case 'LogicalTableScan': {
      const { table, project, filter, limit, alias, keepsAlias } = node;
      return {
        kind: 'TableSourceScan',
        inputs: [],
        table,
        ...(project && { project }),
        ...(filter && { filter }),
        ...(limit !== undefined && { limit }),
        ...(keepsAlias && { alias }),
        rowType,
      };
    }
    case 'LogicalValues':
      return { kind: 'Values', inputs: [], rows: node.rows, rowType };
    case 'LogicalWatermarkAssigner': {
      const { rowtime, watermark } = node;
      return { kind: 'WatermarkAssigner', inputs: [toPhysical(node.inputs[0])], rowtime, watermark, rowType };
    }
    case 'LogicalProject': {
      const [input] = node.inputs;
      const isFilter = input.kind === 'LogicalFilter';
      return calc(
        isFilter ? input.inputs[0] : input,
        node.projects,
        isFilter && input.inputs[0].kind === 'LogicalCorrelate' ? withOwnNames(node) : rowType,
        isFilter ? input.condition : undefined,
      );
    }
    case 'LogicalFilter': {
      const projects = rowType.fields.map((_, i) => inputOf(rowType, i));
      return calc(node.inputs[0], projects, rowType, node.condition);
    }
    case 'LogicalAggregate': {
      const { group, calls, partialFinalType, whole } = node;
      return {
        kind: 'GroupAggregate',
        inputs: [exchange(toPhysical(node.inputs[0]), group)],
        group,
        calls,
        ...(partialFinalType && { partialFinalType }),
        ...(whole && { whole }),
        rowType,
      };
    }
    case 'LogicalExpand':
      return { kind: 'Expand', inputs: [toPhysical(node.inputs[0])], projects: node.projects, rowType };
    case 'LogicalWindowAggregate':
      return windowAggregate(node);
    case 'LogicalTableFunctionScan':
      return {
        kind: 'WindowTableFunction',
        inputs: [toPhysical(node.inputs[0])],
        window: node.window,
        rowType,
      };
    case 'LogicalJoin':
      if (node.joinType === 'INNER' && hasAsync(node.condition)) {
        const { own, asked } = asyncConditions(node.condition);
        return askedOf(join({ ...node, condition: own }), asked);
      }
      return join(node);
    case 'LogicalCorrelate':
      return withAskedArguments(correlate(node, toPhysical(node.inputs[0])));
    case 'LogicalTableFunctionCall':
      return withAskedArguments(calledOnce(node));
    case 'LogicalSort': {
      const { keys, offset, fetch } = node;
      const input = exchange(toPhysical(node.inputs[0]), []);
      if (keys.length > 0)
        return {
          kind: 'Sort',
          inputs: [input],
          keys,
          offset,
          ...(fetch !== undefined && { fetch }),
          rowType,
        };
      return { kind: 'Limit', inputs: [input], offset, fetch: fetch ?? Number.MAX_SAFE_INTEGER, rowType };
    }
    case 'LogicalLateral':
      throw new RangeError('LATERAL was not rewritten');
    case 'LogicalReplicateRows':
      return { kind: 'ReplicateRows', inputs: [toPhysical(node.inputs[0])], rowType };
    case 'LogicalIntersect':
    case 'LogicalMinus':
      throw new RangeError(`${node.kind} was not rewritten`);
    case 'LogicalUnion':
      return { kind: 'Union', inputs: node.inputs.map(toPhysical), rowType };
    case 'LogicalSink':
      return {
        kind: 'Sink',
        inputs: [toPhysical(node.inputs[0])],
        target: node.target,
        upsertKeys: upsertKeys(node.inputs[0]),
        rowType,
      };
  }
}

/** Columns that a filter above a correlation only picks keep the function's names, in Flink's plans. */
function withOwnNames({ projects, inputs: [input], rowType }: LogicalProject): RowType {
  const names: string[] = [];
  for (const project of projects) {
    if (project.kind !== 'input') return rowType;
    names.push(fieldOf(input.rowType, project.index).name);
  }
  const unique = uniqueNames(names);
  return rowTypeOf(rowType.fields.map((field, i) => ({ ...field, name: unique[i] as string })));
}

function calc(
  input: LogicalNode,
  projects: readonly RexNode[],
  rowType: LogicalNode['rowType'],
  condition?: RexNode,
): PhysicalNode {
  const inputs = [toPhysical(input)] as const;
  return splitAsyncCalls({ kind: 'Calc', inputs, ...withEqualExpressions(projects, condition), rowType });
}

/** All rows to one subtask where there is no key. */
function exchange(input: PhysicalNode, keys: readonly number[]): PhysicalExchange {
  const distribution = keys.length === 0 ? ({ kind: 'single' } as const) : ({ kind: 'hash', keys } as const);
  return { kind: 'Exchange', inputs: [input], distribution, rowType: input.rowType };
}

function windowAggregate(node: LogicalWindowAggregate): PhysicalNode {
  const { window, group, calls, properties, rowType } = node;
  if (window.function === 'HOP' && window.sizeMs % window.slideMs !== 0) {
    throw new TableException(
      `HOP table function based aggregate requires size must be an integral multiple of slide, but got size ${window.sizeMs} ms and slide ${window.slideMs} ms`,
    );
  }
  const input = exchange(toPhysical(node.inputs[0]), group);
  return { kind: 'WindowAggregate', inputs: [input], window, group, calls, properties, rowType };
}

function join(node: LogicalJoin): PhysicalJoin {
  const [left, right] = node.inputs;
  const { leftKeys, rightKeys, filterNulls, residual } = joinKeys(node.condition, left.rowType.fields.length);
  return {
    kind: 'Join',
    inputs: [exchange(toPhysical(left), leftKeys), exchange(toPhysical(right), rightKeys)],
    joinType: node.joinType,
    leftKeys,
    rightKeys,
    filterNulls,
    condition: node.condition,
    ...(residual && { residual }),
    leftUniqueKey: uniqueKeyKind(left, leftKeys),
    rightUniqueKey: uniqueKeyKind(right, rightKeys),
    ...(node.hints && { hints: node.hints }),
    rowType: node.rowType,
  };
}

/** The shortest unique key within the join key, else the shortest of all (S-39). */
function uniqueKeyKind(input: LogicalNode, joinKey: readonly number[]): UniqueKeyKind {
  const keys = [...upsertKeys(input)].sort((a, b) => a.length - b.length);
  const contained = keys.find((key) => key.every((column) => joinKey.includes(column)));
  if (contained) return { kind: 'JoinKeyContainsUniqueKey', columns: contained };
  return keys[0] ? { kind: 'HasUniqueKey', columns: keys[0] } : { kind: 'NoUniqueKey' };
}
