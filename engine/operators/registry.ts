import { RuntimeFailure } from '../types/errors.ts';
import { AsyncCalc } from './async-calc.ts';
import { Calc } from './calc.ts';
import { CollectSink } from './collect-sink.ts';
import { ConstraintEnforcer } from './constraint-enforcer.ts';
import { Correlate } from './correlate.ts';
import { DropUpdateBefore } from './drop-update-before.ts';
import { Expand } from './expand.ts';
import { GroupAggregate } from './group-aggregate.ts';
import { HashAggregate } from './hash-aggregate.ts';
import { HashJoin } from './hash-join.ts';
import { StreamingJoin } from './join.ts';
import { Limit } from './limit.ts';
import type { OperatorSpec, TableSinkSpec, TableSourceSpec } from './operator-spec.ts';
import { ReplicateRows } from './replicate-rows.ts';
import { Sort } from './sort/sort.ts';
import { TemporalSort } from './sort/temporal-sort.ts';
import type {
  OneInputStreamOperator,
  OperatorContext,
  SourceOperator,
  StreamOperator,
} from './stream-operator.ts';
import { ValuesSource } from './values-source.ts';
import { WatermarkAssigner } from './watermark-assigner.ts';
import { WindowAggregate } from './window-aggregate.ts';
import { WindowTableFunction } from './window-table-function.ts';

/** Makes the operator that a spec describes. */
export type OperatorFactory = (context: OperatorContext, spec: OperatorSpec) => StreamOperator;

/** The connectors, which lie above the operators and are handed in. */
export interface TableConnectors {
  createTableSource(context: OperatorContext, spec: TableSourceSpec): SourceOperator;
  createTableSink(context: OperatorContext, spec: TableSinkSpec): OneInputStreamOperator;
}

/** From an operator's spec to its class. Throws a RuntimeFailure for a kind that has none. */
export function operatorFactory(connectors: TableConnectors): OperatorFactory {
  return (context, spec) => {
    switch (spec.kind) {
      case 'TableSource':
        return connectors.createTableSource(context, spec);
      case 'TableSink':
        return connectors.createTableSink(context, spec);
      case 'ValuesSource':
        return new ValuesSource(context, spec);
      case 'CollectSink':
        return new CollectSink(context, spec);
      case 'WatermarkAssigner':
        return new WatermarkAssigner(context, spec);
      case 'ConstraintEnforcer':
        return new ConstraintEnforcer(context, spec);
      case 'Calc':
        return new Calc(context, spec);
      case 'AsyncCalc':
        return new AsyncCalc(context, spec);
      case 'Correlate':
        return new Correlate(context, spec);
      case 'Expand':
        return new Expand(context, spec);
      case 'GroupAggregate':
        return new GroupAggregate(context, spec);
      case 'WindowTableFunction':
        return new WindowTableFunction(context, spec);
      case 'WindowAggregate':
        return new WindowAggregate(context, spec);
      case 'Join':
        return new StreamingJoin(context, spec);
      case 'HashAggregate':
        return new HashAggregate(context, spec);
      case 'HashJoin':
        return new HashJoin(context, spec);
      case 'Sort':
        return new Sort(context, spec);
      case 'TemporalSort':
        return new TemporalSort(context, spec);
      case 'Limit':
        return new Limit(context, spec);
      case 'ReplicateRows':
        return new ReplicateRows(context, spec);
      case 'DropUpdateBefore':
        return new DropUpdateBefore(context);
      default:
        // A plan of a later version may know more.
        throw new RuntimeFailure(`The operator ${(spec as OperatorSpec).kind} is not supported.`);
    }
  };
}
