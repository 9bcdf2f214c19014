import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { BatchExecHashAggregate } from './batch-exec-hash-aggregate.ts';
import { BatchExecHashJoin } from './batch-exec-hash-join.ts';
import type { ExecContext, ExecOptions } from './exec-context.ts';
import type { StreamExecNode } from './exec-node.ts';
import { ExecLimit } from './exec-limit.ts';
import { ExecReplicateRows } from './exec-replicate-rows.ts';
import { ExecSort } from './exec-sort.ts';
import { lowerTwoPhases } from './lower-two-phases.ts';
import { packNested } from './pack-nested.ts';
import { RequiredLeaves } from './required-leaves.ts';
import { StreamExecAsyncCalc } from './stream-exec-async-calc.ts';
import { StreamExecCalc } from './stream-exec-calc.ts';
import { StreamExecCorrelate } from './stream-exec-correlate.ts';
import { StreamExecDropUpdateBefore } from './stream-exec-drop-update-before.ts';
import { StreamExecExchange } from './stream-exec-exchange.ts';
import { StreamExecExpand } from './stream-exec-expand.ts';
import { StreamExecGlobalWindowAggregate } from './stream-exec-global-window-aggregate.ts';
import { StreamExecGroupAggregate } from './stream-exec-group-aggregate.ts';
import { StreamExecJoin } from './stream-exec-join.ts';
import { StreamExecLocalWindowAggregate } from './stream-exec-local-window-aggregate.ts';
import { StreamExecSink } from './stream-exec-sink.ts';
import { StreamExecTableSourceScan } from './stream-exec-table-source-scan.ts';
import { StreamExecUnion } from './stream-exec-union.ts';
import { StreamExecValues } from './stream-exec-values.ts';
import { StreamExecWatermarkAssigner } from './stream-exec-watermark-assigner.ts';
import { StreamExecWindowAggregate } from './stream-exec-window-aggregate.ts';
import { StreamExecWindowTableFunction } from './stream-exec-window-table-function.ts';

/** Physical plans, in which shared nodes are the same object, as transformations: one root for each. */
export function translateToTransformations(
  plans: readonly PhysicalNode[],
  options: ExecOptions,
): Transformation[] {
  const roots = packNested(lowerTwoPhases(plans));
  const leaves = new RequiredLeaves(roots);
  const context: ExecContext = {
    options,
    requiredLeaves: (scan) => leaves.ofScan(scan),
    isRead: (node, column) => leaves.isRead(node, column),
  };
  return execNodes(roots).map((root) => root.translateToPlan(context));
}

/** Exec nodes, numbered from 1, inputs before consumers. */
function execNodes(roots: readonly PhysicalNode[]): StreamExecNode[] {
  const built = new Map<PhysicalNode, StreamExecNode>();
  const build = (node: PhysicalNode): StreamExecNode => {
    const known = built.get(node);
    if (known) return known;
    const inputs = node.inputs.map(build);
    const exec = execNode(built.size + 1, node, inputs);
    built.set(node, exec);
    return exec;
  };
  return roots.map(build);
}

function execNode(id: number, node: PhysicalNode, inputs: readonly StreamExecNode[]): StreamExecNode {
  switch (node.kind) {
    case 'TableSourceScan':
      return new StreamExecTableSourceScan(id, node, inputs);
    case 'Values':
      return new StreamExecValues(id, node, inputs);
    case 'WatermarkAssigner':
      return new StreamExecWatermarkAssigner(id, node, inputs);
    case 'Calc':
      return new StreamExecCalc(id, node, inputs);
    case 'AsyncCalc':
      return new StreamExecAsyncCalc(id, node, inputs);
    case 'Correlate':
      return new StreamExecCorrelate(id, node, inputs);
    case 'Exchange':
      return new StreamExecExchange(id, node, inputs);
    case 'Expand':
      return new StreamExecExpand(id, node, inputs);
    case 'GroupAggregate':
      return new StreamExecGroupAggregate(id, node, inputs);
    case 'MiniBatchAssigner':
    case 'LocalGroupAggregate':
    case 'GlobalGroupAggregate':
    case 'IncrementalGroupAggregate':
      throw new RangeError(`${node.kind} was not lowered`);
    case 'WindowTableFunction':
      return new StreamExecWindowTableFunction(id, node, inputs);
    case 'WindowAggregate':
      return new StreamExecWindowAggregate(id, node, inputs);
    case 'LocalWindowAggregate':
      return new StreamExecLocalWindowAggregate(id, node, inputs);
    case 'GlobalWindowAggregate':
      return new StreamExecGlobalWindowAggregate(id, node, inputs);
    case 'Join':
      return new StreamExecJoin(id, node, inputs);
    case 'Union':
      return new StreamExecUnion(id, node, inputs);
    case 'HashAggregate':
      return new BatchExecHashAggregate(id, node, inputs);
    case 'HashJoin':
      return new BatchExecHashJoin(id, node, inputs);
    case 'SortAggregate':
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      throw new RangeError(`${node.kind} was not lowered`);
    case 'Sort':
      return new ExecSort(id, node, inputs);
    case 'Limit':
      return new ExecLimit(id, node, inputs);
    case 'ReplicateRows':
      return new ExecReplicateRows(id, node, inputs);
    case 'DropUpdateBefore':
      return new StreamExecDropUpdateBefore(id, node, inputs);
    case 'Sink':
      return new StreamExecSink(id, node, inputs);
  }
}
