/** A job graph in a few lines: vertices with their operators, then edges. */

import type { JobGraph, JobVertex, OperatorNode, PartitionerSpec } from '../../../engine/graph/job-graph.ts';
import { fieldNames } from '../../../engine/table/plan/rex.ts';

export function jobGraphText(graph: JobGraph): string {
  const number = new Map(graph.vertices.map((vertex, i) => [vertex.id, i]));
  const vertices = graph.vertices.map((vertex, i) => vertexText(vertex, i));
  const edges = graph.edges.map(
    ({ source, sourceOperator, target, gate, partitioner }) =>
      `${number.get(source)}.${sourceOperator} -> ${number.get(target)} gate ${gate} ${partitionerText(partitioner)}`,
  );
  const result = graph.resultType ? [`result: ${fieldNames(graph.resultType).join(', ')}`] : [];
  return [graph.name, ...vertices, ...edges, ...result].join('\n');
}

function vertexText({ name, parallelism, maxParallelism, operators }: JobVertex, index: number): string {
  const lines = operators.map((operator) => `  ${operatorText(operator)}`);
  return [`${index}: ${name} x${parallelism} of ${maxParallelism}`, ...lines].join('\n');
}

function operatorText({ spec, inputs }: OperatorNode): string {
  const from = inputs.map((input) =>
    input.kind === 'chained' ? `#${input.operator}` : `gate ${input.gate}`,
  );
  return `${spec.kind}(${from.join(', ')})${detail(spec)}`;
}

function detail(spec: OperatorNode['spec']): string {
  switch (spec.kind) {
    case 'TableSource':
      return ` ${spec.connector} reads ${spec.required.map((isRead) => (isRead ? '1' : '0')).join('')}`;
    case 'GroupAggregate':
      return ` keys=${spec.keys.join()} ${spec.aggregates.map((call) => call.function).join()} -U=${spec.generateUpdateBefore}`;
    case 'WindowAggregate':
      return ` keys=${spec.keys.join()} ${spec.window.function} ${spec.window.sizeMs}/${spec.window.slideMs} ${spec.windowProperties.join()}`;
    case 'Join':
      return ` ${spec.joinType} ${spec.leftKeys.join()}=${spec.rightKeys.join()} ${spec.leftUniqueKey.kind}/${spec.rightUniqueKey.kind}`;
    case 'ConstraintEnforcer':
      return ` not null ${spec.notNullColumns.join()}`;
    case 'TableSink':
      return ` ${spec.connector}`;
    default:
      return '';
  }
}

function partitionerText(partitioner: PartitionerSpec): string {
  return partitioner.kind === 'hash' ? `hash[${partitioner.keys.join()}]` : partitioner.kind;
}
