import type { PhysicalNode, PhysicalSink } from '../plan/physical-node.ts';
import { fieldOf, rowTypeOf } from '../plan/rex.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { withNullability } from '../../types/type-families.ts';
import { isInsertOnly } from './infer-changelog-mode.ts';

/**
 * Several INSERTs into one table are one sink over a union, as in Flink (`table.optimizer.reuse-sink-enabled`): one writer, one set of files.
 *
 * Only rows that are just inserted go together: what updates keeps a sink that knows its keys.
 */
export function reuseSinks(roots: readonly PhysicalNode[]): PhysicalNode[] {
  const groups: [PhysicalNode, ...PhysicalNode[]][] = [];
  for (const root of roots) {
    const group = groups.find(([first]) => goTogether(first, root));
    if (group) group.push(root);
    else groups.push([root]);
  }
  return groups.map((group) => {
    const [first] = group;
    return first.kind === 'Sink' && group.length > 1 ? united(first, group) : first;
  });
}

function goTogether(left: PhysicalNode, right: PhysicalNode): boolean {
  if (left.kind !== 'Sink' || right.kind !== 'Sink') return false;
  const [[leftInput], [rightInput]] = [left.inputs, right.inputs];
  return (
    left.target.kind === 'table' &&
    isInsertOnly(leftInput) &&
    isInsertOnly(rightInput) &&
    JSON.stringify(left.target) === JSON.stringify(right.target) &&
    leftInput.rowType.fields.every(({ type }, i) =>
      typesEqualSansNullability(type, fieldOf(rightInput.rowType, i).type),
    )
  );
}

function united(sink: PhysicalSink, group: readonly PhysicalNode[]): PhysicalSink {
  const inputs = group.flatMap((root) => root.inputs);
  const [{ rowType, changelogMode }] = sink.inputs;
  const fields = rowType.fields.map(({ name, type }, i) => ({
    name,
    type: withNullability<LogicalType>(
      type,
      inputs.some((input) => fieldOf(input.rowType, i).type.nullable),
    ),
  }));
  const union = { kind: 'Union', inputs, rowType: rowTypeOf(fields) } as const;
  return { ...sink, inputs: [{ ...union, ...(changelogMode && { changelogMode }) }], upsertKeys: [] };
}
