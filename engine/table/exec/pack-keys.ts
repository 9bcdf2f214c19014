/** Aggregations whose keys or DISTINCT values are collections: the operators get them as bytes. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { RowField } from '../../types/logical-type.ts';
import type {
  PhysicalBatchAggregate,
  PhysicalGlobalWindowAggregate,
  PhysicalGroupAggregate,
  PhysicalNode,
  PhysicalWindowAggregate,
} from '../plan/physical-node.ts';
import type { NamedAggregateCall } from '../plan/rel-node.ts';
import { inputOf, rexCall, rowTypeOf } from '../plan/rex.ts';
import { calcOver, needsPacking, packed, packedType, unpacked, withColumns } from './packed-columns.ts';

/** They count their values themselves. */
const COUNTED = new Set(['COLLECT', 'PERCENTILE']);

export type Aggregation =
  PhysicalGroupAggregate | PhysicalBatchAggregate | PhysicalWindowAggregate | PhysicalGlobalWindowAggregate;

/** The aggregation with packed columns behind those of its input, and keys unpacked above it. */
export function packedAggregate(node: Aggregation): PhysicalNode {
  const source = inputOfAggregate(node);
  const { fields } = source.rowType;
  const keys = node.group.filter((key) => needsPacking(fields[key]!.type)); // a column of the input
  const columns = fields.map((_, i): RexNode => inputOf(source.rowType, i));
  const packedAs = new Map<string, number>();
  const pack = (operands: readonly number[]): number => {
    const key = operands.join();
    const known =
      packedAs.get(key) ?? columns.push(packed(rowOf(operands.map((each) => columns[each]!)))) - 1;
    packedAs.set(key, known);
    return known;
  };
  const target = (column: number): number => (keys.includes(column) ? pack([column]) : column);
  const group = node.group.map(target);
  const calls = node.calls.map((call): NamedAggregateCall => {
    if (!needsBytes(call)) return call;
    const bytes = pack(call.arguments);
    if (call.function !== 'COUNT') return { ...call, distinctBy: bytes };
    return { ...call, arguments: [bytes], argumentTypes: call.argumentTypes.map(packedType) };
  });
  if (packedAs.size === 0) return node;

  const outputs = node.rowType.fields.map((field, i): RowField => {
    const key = node.group[i];
    return key !== undefined && keys.includes(key) ? { ...field, type: packedType(field.type) } : field;
  });
  const rowType = rowTypeOf(outputs);
  const aggregate = {
    ...node,
    ...(node.kind === 'GlobalWindowAggregate' && { kind: 'WindowAggregate' as const }),
    inputs: [withColumns(source, columns, target)],
    group,
    calls,
    rowType,
  } as Aggregation;
  if (keys.length === 0) return aggregate;
  const projects = node.rowType.fields.map((field, i): RexNode => {
    const column = inputOf(rowType, i);
    return outputs[i] === field ? column : unpacked(column, field.type);
  });
  return calcOver(aggregate, projects, node.rowType.fields);
}

/** Behind an exchange, what an aggregation reads: in two phases, the input of the first one. */
function inputOfAggregate({ kind, group, inputs: [input] }: Aggregation): PhysicalNode {
  if (kind !== 'GlobalWindowAggregate') return input;
  const local = input.kind === 'Exchange' ? input.inputs[0] : input;
  const source = local.inputs[0];
  if (local.kind !== 'LocalWindowAggregate' || !source)
    throw new TypeError('a global aggregation without a local one');
  const distribution =
    group.length === 0 ? ({ kind: 'single' } as const) : ({ kind: 'hash', keys: group } as const);
  const { changelogMode } = source;
  return {
    kind: 'Exchange',
    inputs: [source],
    distribution,
    rowType: source.rowType,
    ...(changelogMode && { changelogMode }),
  };
}

/** DISTINCT values that no table of values can hold as they are: rows, collections, several arguments of a user's function. */
function needsBytes({ function: name, distinct, argumentTypes, userFunction }: NamedAggregateCall): boolean {
  const [type] = argumentTypes;
  if (!distinct || !type || COUNTED.has(name)) return false;
  return (
    type.root === 'ROW' || needsPacking(type) || (userFunction !== undefined && argumentTypes.length > 1)
  );
}

/** One value as it is, several as a row. */
function rowOf(values: readonly RexNode[]): RexNode {
  const [only] = values;
  if (only && values.length === 1) return only;
  const fields = values.map(({ type }, i): RowField => ({ name: `f${i}`, type }));
  return rexCall('ROW', values, { root: 'ROW', nullable: false, fields });
}
