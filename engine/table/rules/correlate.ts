import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { PhysicalCorrelate, PhysicalNode } from '../plan/physical-node.ts';
import type { LogicalCorrelate, LogicalNode, LogicalTableFunctionCall } from '../plan/rel-node.ts';
import { conjoin, conjunctions, rowTypeOf, substitute } from '../plan/rex.ts';
import { isIdentity } from './merge-projects.ts';

/** A correlation as one operator: what stands above the function on the right side becomes its condition and projection. */
export function correlate(node: LogicalCorrelate, input: PhysicalNode): PhysicalCorrelate {
  const { joinType, rowType } = node;
  const { scan, condition, projection } = flattened(node.inputs[1]);
  const { call, correlation, outerNames } = scan;
  const isWhole = !projection || isIdentity(projection, call.rowType.fields.length);
  return {
    kind: 'Correlate',
    inputs: [input],
    joinType,
    call,
    ...(condition && { condition }),
    ...(!isWhole && { projection }),
    outerNames: outerNames.map((name) => `$cor${correlation}.${name}`),
    rowType,
  };
}

/** A function that reads no row is called for one without columns. */
export function calledOnce({ call, rowType }: LogicalTableFunctionCall): PhysicalCorrelate {
  const nothing: PhysicalNode = { kind: 'Values', inputs: [], rows: [[]], rowType: rowTypeOf([]) };
  return { kind: 'Correlate', inputs: [nothing], joinType: 'INNER', call, outerNames: [], rowType };
}

interface FlatFunction {
  readonly scan: LogicalTableFunctionCall;
  readonly condition?: RexNode;
  readonly projection?: readonly RexNode[];
}

/** Filters and projections over a function, spoken of its own columns. */
function flattened(node: LogicalNode): FlatFunction {
  switch (node.kind) {
    case 'LogicalTableFunctionCall':
      return { scan: node };
    case 'LogicalFilter': {
      const below = flattened(node.inputs[0]);
      const own = below.projection ? substitute(node.condition, below.projection) : node.condition;
      const both = [...(below.condition ? conjunctions(below.condition) : []), ...conjunctions(own)];
      return { ...below, condition: conjoin(both) };
    }
    case 'LogicalProject': {
      const below = flattened(node.inputs[0]);
      const { projection } = below;
      const own = projection ? node.projects.map((each) => substitute(each, projection)) : node.projects;
      return { ...below, projection: own };
    }
    default:
      throw new TableException(`A correlation with ${node.kind} on its right side is not supported.`);
  }
}
