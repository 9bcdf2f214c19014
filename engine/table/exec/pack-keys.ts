/** Aggregations whose keys, or DISTINCT values, are arrays or rows with arrays: the operators get them as bytes. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { rootWithin } from '../../types/type-families.ts';
import type { PhysicalGroupAggregate, PhysicalBatchAggregate, PhysicalNode } from '../plan/physical-node.ts';
import type { NamedAggregateCall } from '../plan/rel-node.ts';
import { fieldNames, inputOf, rexCall, rowTypeOf, uniqueNames } from '../plan/rex.ts';

type Aggregate = PhysicalGroupAggregate | PhysicalBatchAggregate;

/**
 * The plan with `$PACK` below every such aggregation and its exchange, and `$UNPACK` above it. State and partitioning then know texts of
 * bytes alone; equal values have equal bytes. EXPLAIN shows the plan of before. Shared nodes stay shared.
 */
export function packKeys(roots: readonly PhysicalNode[]): PhysicalNode[] {
  const done = new Map<PhysicalNode, PhysicalNode>();
  const pack = (node: PhysicalNode): PhysicalNode => {
    const known = done.get(node);
    if (known) return known;
    const inputs = node.inputs.map(pack);
    const isSame = inputs.every((input, i) => input === node.inputs[i]);
    const rebuilt = isSame ? node : ({ ...node, inputs } as PhysicalNode);
    const packed = isAggregate(rebuilt) ? packedAggregate(rebuilt) : rebuilt;
    done.set(node, packed);
    return packed;
  };
  return roots.map(pack);
}

function isAggregate(node: PhysicalNode): node is Aggregate {
  return node.kind === 'GroupAggregate' || node.kind === 'HashAggregate';
}

function packedAggregate(node: Aggregate): PhysicalNode {
  const [input] = node.inputs;
  const { fields } = input.rowType;
  const keys = node.group.filter((key) => rootWithin(fields[key]!.type, ['ARRAY']) !== undefined);
  const values = node.calls.flatMap((call) => (countsRows(call) ? call.arguments : []));
  const columns = [...new Set([...keys, ...values])];
  if (columns.length === 0) return node;

  const target = (column: number): number => {
    const at = columns.indexOf(column);
    return at < 0 ? column : fields.length + at;
  };
  const calls = node.calls.map((call): NamedAggregateCall => {
    if (!countsRows(call)) return call;
    return {
      ...call,
      arguments: call.arguments.map(target),
      argumentTypes: call.argumentTypes.map(packedType),
    };
  });
  const outputs = node.rowType.fields.map((field, i): RowField =>
    i < node.group.length && keys.includes(node.group[i]!)
      ? { ...field, type: packedType(field.type) }
      : field,
  );
  const rowType = rowTypeOf(outputs);
  const aggregate: Aggregate = {
    ...node,
    inputs: [withPacked(input, columns, target)],
    group: node.group.map((key) => (keys.includes(key) ? target(key) : key)),
    calls,
    rowType,
  };
  if (keys.length === 0) return aggregate;
  const projects = node.rowType.fields.map(({ type }, i): RexNode => {
    const column = inputOf(rowType, i);
    return outputs[i] === node.rowType.fields[i] ? column : rexCall('$UNPACK', [column], type);
  });
  const { changelogMode } = node;
  return {
    kind: 'Calc',
    inputs: [aggregate],
    projects,
    rowType: node.rowType,
    ...(changelogMode && { changelogMode }),
  };
}

/** COUNT(DISTINCT ...) of rows or arrays. */
function countsRows({ function: name, distinct, argumentTypes: [type] }: NamedAggregateCall): boolean {
  return name === 'COUNT' && distinct && (type?.root === 'ROW' || type?.root === 'ARRAY');
}

/** The input with packed columns behind its own, below the exchange if there is one. */
function withPacked(
  input: PhysicalNode,
  columns: readonly number[],
  target: (column: number) => number,
): PhysicalNode {
  if (input.kind === 'Exchange') {
    const { distribution } = input;
    const below = withPacked(input.inputs[0], columns, target);
    return {
      ...input,
      inputs: [below],
      distribution:
        distribution.kind === 'hash' ? { kind: 'hash', keys: distribution.keys.map(target) } : distribution,
      rowType: below.rowType,
    };
  }
  const { rowType, changelogMode } = input;
  const own = rowType.fields.map((_, i) => inputOf(rowType, i));
  const packed = columns.map((column) => {
    const value = inputOf(rowType, column);
    return rexCall('$PACK', [value], packedType(value.type));
  });
  const projects = [...own, ...packed];
  const names = uniqueNames([...fieldNames(rowType), ...packed.map((_, i) => `$k${i}`)]);
  const fields = projects.map(({ type }, i): RowField => ({ name: names[i]!, type }));
  return {
    kind: 'Calc',
    inputs: [input],
    projects,
    rowType: rowTypeOf(fields),
    ...(changelogMode && { changelogMode }),
  };
}

function packedType({ nullable }: LogicalType): LogicalType {
  return { root: 'VARBINARY', length: 2147483647, nullable };
}
