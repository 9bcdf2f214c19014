/** Aggregations whose keys, or values of COUNT(DISTINCT ...), are collections: the operators get them as bytes. */

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
import { inputOf, rowTypeOf } from '../plan/rex.ts';
import { calcOver, needsPacking, packed, packedType, unpacked, withColumns } from './packed-columns.ts';

export type Aggregation =
  PhysicalGroupAggregate | PhysicalBatchAggregate | PhysicalWindowAggregate | PhysicalGlobalWindowAggregate;

/** The aggregation with packed columns behind those of its input, and keys unpacked above it. */
export function packedAggregate(node: Aggregation): PhysicalNode {
  const source = inputOfAggregate(node);
  const { fields } = source.rowType;
  const keys = node.group.filter((key) => needsPacking(fields[key]!.type)); // a column of the input
  const values = node.calls.flatMap((call) => (countsPacked(call) ? call.arguments : []));
  const columns = [...new Set([...keys, ...values])];
  if (columns.length === 0) return node;

  const target = (column: number): number => {
    const at = columns.indexOf(column);
    return at < 0 ? column : fields.length + at;
  };
  const own = fields.map((_, i) => inputOf(source.rowType, i));
  const input = withColumns(source, [...own, ...columns.map((column) => packed(own[column]!))], target);
  const calls = node.calls.map((call): NamedAggregateCall => {
    if (!countsPacked(call)) return call;
    const argumentTypes = call.argumentTypes.map(packedType);
    return { ...call, arguments: call.arguments.map(target), argumentTypes };
  });
  const outputs = node.rowType.fields.map((field, i): RowField => {
    const key = node.group[i];
    return key !== undefined && keys.includes(key) ? { ...field, type: packedType(field.type) } : field;
  });
  const rowType = rowTypeOf(outputs);
  const group = node.group.map((key) => (keys.includes(key) ? target(key) : key));
  const aggregate = {
    ...node,
    ...(node.kind === 'GlobalWindowAggregate' && { kind: 'WindowAggregate' as const }),
    inputs: [input],
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

/** COUNT(DISTINCT ...) of rows or collections. */
function countsPacked({ function: name, distinct, argumentTypes: [type] }: NamedAggregateCall): boolean {
  return name === 'COUNT' && distinct && type !== undefined && (type.root === 'ROW' || needsPacking(type));
}
