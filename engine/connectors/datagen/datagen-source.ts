import type { TableSourceSpec } from '../../operators/operator-spec.ts';
import { SourceOperator, type OperatorContext } from '../../operators/stream-operator.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import { datagenOptions } from './datagen-options.ts';

/** The table of made-up rows. */
export class DatagenSource extends SourceOperator {
  constructor(context: OperatorContext, spec: TableSourceSpec) {
    super(context);
    datagenOptions(spec.options, spec.rowType);
  }

  poll(): 'more' | 'nothing' | 'end' {
    throw new RuntimeFailure('Reading from datagen is not supported in this build.');
  }
}
