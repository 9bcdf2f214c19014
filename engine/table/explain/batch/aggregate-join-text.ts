import type {
  PhysicalBatchAggregate,
  PhysicalBatchJoin,
  PhysicalLocalAggregate,
} from '../../plan/physical-node.ts';
import type { NamedAggregateCall } from '../../plan/rel-node.ts';
import { fieldNames } from '../../plan/rex.ts';
import { accumulatorFields } from '../../rules/batch/accumulators.ts';
import { argumentText, filterText, inParentheses, invocation } from '../aggregate-text.ts';

/** What plans of batch mode say of aggregations and joins. */

/** `isMerge=[true], groupBy=[k], select=[k, Final_SUM(sum$0) AS s]` */
export function batchAggregateAttributes(node: PhysicalBatchAggregate): string[] {
  const names = fieldNames(node.rowType);
  const inputs = fieldNames(node.inputs[0].rowType);
  const keys = [...node.group, ...node.auxGroup];
  const results = names.slice(keys.length);
  const accumulators = accumulatorsOf(node.calls, results);
  const texts = node.calls.map((call, i) => {
    const operands = node.isMerge ? accumulators[i]!.join(', ') : operandText(call, inputs); // as many as calls
    const prefix = node.isMerge ? 'Final_' : '';
    // Flink takes the first column of the first phase for one of its input, too: where that is a filter, it is written down again.
    const filter = node.isMerge && call.filter > 0 ? '' : filterText(call, inputs);
    return `${prefix}${invocation(call, operands)}${filter} AS ${results[i]}`;
  });
  return [
    `isMerge=[${node.isMerge}]`,
    ...grouping(node, inputs),
    `select=[${[...names.slice(0, keys.length), ...texts].join(', ')}]`,
  ];
}

/** `groupBy=[k], select=[k, Partial_SUM(a) AS sum$0]` */
export function localAggregateAttributes(node: PhysicalLocalAggregate): string[] {
  const names = fieldNames(node.rowType);
  const inputs = fieldNames(node.inputs[0].rowType);
  let next = node.group.length + node.auxGroup.length;
  const keys = names.slice(0, next);
  const widths = accumulatorFields(node.calls).map((fields) => fields.length);
  const texts = node.calls.map((call, i) => {
    const own = names.slice(next, (next += widths[i]!)); // as many as calls
    return `Partial_${invocation(call, operandText(call, inputs))}${filterText(call, inputs)} AS ${inParentheses(own)}`;
  });
  return [...grouping(node, inputs), `select=[${[...keys, ...texts].join(', ')}]`];
}

/** `isBroadcast=[true], build=[left], singleRowJoin=[true]`: behind what all joins say. */
export function batchJoinAttributes(node: PhysicalBatchJoin): string[] {
  return [
    ...(node.isBroadcast ? ['isBroadcast=[true]'] : []),
    ...(node.build ? [`build=[${node.build}]`] : []),
    ...(node.isBuildDistinct ? ['tryDistinctBuildRow=[true]'] : []),
    ...(node.isSingleRow ? ['singleRowJoin=[true]'] : []),
  ];
}

function accumulatorsOf(calls: readonly NamedAggregateCall[], results: readonly string[]): string[][] {
  const named = calls.map((call, i) => ({ ...call, name: results[i] ?? call.name }));
  return accumulatorFields(named).map((fields) => fields.map(({ name }) => name));
}

function grouping(
  { group, auxGroup }: Pick<PhysicalBatchAggregate, 'group' | 'auxGroup'>,
  names: readonly string[],
): string[] {
  const list = (columns: readonly number[]): string => columns.map((column) => names[column]).join(', ');
  return [
    ...(group.length === 0 ? [] : [`groupBy=[${list(group)}]`]),
    ...(auxGroup.length === 0 ? [] : [`auxGrouping=[${list(auxGroup)}]`]),
  ];
}

function operandText(call: NamedAggregateCall, names: readonly string[]): string {
  return `${call.distinct ? 'DISTINCT ' : ''}${argumentText(call, names)}`;
}
