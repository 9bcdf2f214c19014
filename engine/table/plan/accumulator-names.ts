import type { NamedAggregateCall } from './rel-node.ts';

/** `COUNT` -> `[count]`; undefined where Flink keeps an object that has the call's own name. */
export function accumulatorNames({
  function: name,
  arguments: operands,
}: NamedAggregateCall): readonly string[] | undefined {
  switch (name) {
    case 'COUNT':
      return [operands.length === 0 ? 'count1' : 'count'];
    case 'AVG':
      return ['sum', 'count'];
    case 'SUM':
    case 'SUM0':
      return ['sum'];
    case 'MIN':
    case 'MAX':
      return [name.toLowerCase()];
    case 'LISTAGG':
      return ['accDelimiter', 'concatAcc'];
    case 'SINGLE_VALUE':
      return ['value', 'count'];
    default:
      return undefined;
  }
}
