/** Columns of arrays, maps and multisets as bytes: what keyed state and partitioning can hold. Equal values have equal bytes. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { rootWithin } from '../../types/type-families.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { fieldNames, rexCall, rowTypeOf, uniqueNames } from '../plan/rex.ts';

/** Whether state can hold values of a type as bytes alone. */
export function needsPacking(type: LogicalType): boolean {
  return rootWithin(type, ['ARRAY', 'MAP', 'MULTISET']) !== undefined;
}

export function packedType({ nullable }: LogicalType): LogicalType {
  return { root: 'VARBINARY', length: 2147483647, nullable };
}

export function packed(value: RexNode): RexNode {
  return rexCall('$PACK', [value], packedType(value.type));
}

/** The value of a type that was packed. */
export function unpacked(bytes: RexNode, type: LogicalType): RexNode {
  return rexCall('$UNPACK', [bytes], type);
}

/** A Calc over a node, which changes no row's kind. */
export function calcOver(
  input: PhysicalNode,
  projects: readonly RexNode[],
  fields: readonly RowField[],
): PhysicalNode {
  const { changelogMode } = input;
  return {
    kind: 'Calc',
    inputs: [input],
    projects,
    rowType: rowTypeOf(fields),
    ...(changelogMode && { changelogMode }),
  };
}

/**
 * `input` with other columns, made below its exchange if it has one: the first ones in place of its own, and more behind them. `target` says
 * by which of them the exchange partitions.
 */
export function withColumns(
  input: PhysicalNode,
  projects: readonly RexNode[],
  target: (column: number) => number,
): PhysicalNode {
  if (input.kind === 'Exchange') {
    const { distribution } = input;
    const below = withColumns(input.inputs[0], projects, target);
    return {
      ...input,
      inputs: [below],
      distribution:
        distribution.kind === 'hash' ? { kind: 'hash', keys: distribution.keys.map(target) } : distribution,
      rowType: below.rowType,
    };
  }
  const own = fieldNames(input.rowType);
  const names = uniqueNames([...own, ...projects.slice(own.length).map((_, i) => `$k${i}`)]);
  return calcOver(
    input,
    projects,
    projects.map(({ type }, i): RowField => ({ name: names[i]!, type })),
  );
}
