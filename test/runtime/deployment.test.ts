import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { JobEdge, JobVertex, PartitionerSpec } from '../../engine/graph/job-graph.ts';
import { deploymentDescriptors, peerPairs } from '../../engine/runtime/deployment.ts';
import { ExecutionGraph } from '../../engine/runtime/execution-graph.ts';
import { slotRequests } from '../../engine/runtime/slot-sharing.ts';
import { edge, jobGraph, vertex } from './job-graphs.ts';

function placed(vertices: readonly JobVertex[], edges: readonly JobEdge[] = []): ExecutionGraph {
  const graph = new ExecutionGraph(jobGraph(vertices, edges));
  graph.startAttempt();
  for (const execution of graph.executions) execution.taskManager = `tm${execution.subtask}`;
  return graph;
}

describe('channels', () => {
  /** `source>target` of every channel, as the sources see them. */
  function channels(kind: PartitionerSpec['kind'], sources: number, targets: number): string {
    const graph = placed([vertex('a', sources), vertex('b', targets)], [edge('a', 'b', kind)]);
    return deploymentDescriptors(graph, null)
      .filter(({ vertex: { id } }) => id === 'a')
      .flatMap(({ subtask, outputs }) =>
        outputs.flatMap((output) => output.channels.map((channel) => `${subtask}>${channel.subtask}`)),
      )
      .join(' ');
  }
  const cases: [kind: PartitionerSpec['kind'], sources: number, targets: number, expected: string][] = [
    ['forward', 2, 2, '0>0 1>1'],
    ['hash', 2, 3, '0>0 0>1 0>2 1>0 1>1 1>2'],
    ['broadcast', 1, 2, '0>0 0>1'],
    ['rescale', 2, 4, '0>0 0>1 1>2 1>3'],
    ['rescale', 4, 2, '0>0 1>0 2>1 3>1'],
    ['rescale', 2, 3, '0>0 0>1 1>2'],
    ['rescale', 3, 2, '0>0 1>1 2>1'],
    ['rescale', 5, 3, '0>0 1>1 2>1 3>2 4>2'],
  ];
  for (const [kind, sources, targets, expected] of cases) {
    test(`${kind} from ${sources} to ${targets}`, () =>
      assert.equal(channels(kind, sources, targets), expected));
  }

  test('rescale gives every source a target and every target a source', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (sources, targets) => {
        const pairs = channels('rescale', sources, targets)
          .split(' ')
          .map((pair) => pair.split('>').map(Number));
        assert.equal(new Set(pairs.map(([source]) => source)).size, sources);
        assert.equal(new Set(pairs.map(([, target]) => target)).size, targets);
        assert.equal(pairs.length, Math.max(sources, targets));
      }),
    ));

  test('forward between different parallelisms is refused', () => {
    assert.throws(() => channels('forward', 1, 2), /parallelism 1 and 2/);
  });

  test('both ends of a channel have its id, which is another one in the next attempt', () => {
    const graph = placed([vertex('a', 2), vertex('b', 3)], [edge('a', 'b')]);
    const ids = (end: 'inputs' | 'outputs'): string[] =>
      deploymentDescriptors(graph, null)
        .flatMap((descriptor) => descriptor[end])
        .flatMap((list) => list.channels)
        .map(({ id }) => id)
        .sort();
    const first = ids('outputs');
    assert.deepEqual(first, ids('inputs'));
    assert.equal(new Set(first).size, 6);
    graph.startAttempt();
    assert.equal(ids('outputs').filter((id) => first.includes(id)).length, 0);
  });

  test('a channel names the TaskManager at its other end', () => {
    const graph = placed([vertex('a', 1), vertex('b', 2)], [edge('a', 'b')]);
    const [a, , b1] = deploymentDescriptors(graph, null);
    assert.deepEqual(
      a?.outputs[0]?.channels.map(({ peer }) => peer),
      ['tm0', 'tm1'],
    );
    assert.deepEqual(
      b1?.inputs[0]?.channels.map(({ peer }) => peer),
      ['tm0'],
    );
    assert.deepEqual(peerPairs(deploymentDescriptors(graph, null), graph), [['tm0', 'tm1']]);
  });
});

describe('slots', () => {
  const cases: [name: string, vertices: JobVertex[], expected: string][] = [
    [
      'vertices of a group share',
      [vertex('a', 1), vertex('b', 3), vertex('c', 2)],
      'default 0, default 1, default 2',
    ],
    [
      'groups do not',
      [vertex('a', 2), vertex('b', 1, { slotSharingGroup: 'x' })],
      'default 0, default 1, x 0',
    ],
  ];
  for (const [name, vertices, expected] of cases) {
    test(name, () => {
      const requests = slotRequests(jobGraph(vertices));
      assert.equal(requests.map(({ group, index }) => `${group} ${index}`).join(', '), expected);
    });
  }
});

describe('states', () => {
  test('a report that comes late does not take a subtask back', () => {
    const graph = placed([vertex('a', 1)]);
    const [execution] = graph.executions;
    assert.ok(execution);
    assert.ok(graph.advance(execution, 'RUNNING'));
    assert.equal(graph.advance(execution, 'INITIALIZING'), false);
    assert.ok(graph.advance(execution, 'FINISHED'));
    assert.equal(graph.advance(execution, 'FAILED'), false);
  });

  const cases: [
    states: ('FAILED' | 'FINISHED' | 'RUNNING' | 'CANCELING' | 'CANCELED' | 'DEPLOYING' | 'INITIALIZING')[],
    sum: string,
  ][] = [
    [['RUNNING', 'FINISHED'], 'RUNNING'],
    [['FINISHED', 'FINISHED'], 'FINISHED'],
    [['FAILED', 'RUNNING'], 'FAILED'],
    [['CANCELED', 'CANCELING'], 'CANCELING'],
    [['INITIALIZING', 'RUNNING'], 'INITIALIZING'],
    [['DEPLOYING', 'FINISHED'], 'RUNNING'],
  ];
  for (const [states, sum] of cases) {
    test(`${states.join(' and ')} make ${sum}`, () => {
      const graph = placed([vertex('a', states.length)]);
      states.forEach((state, i) => graph.advance(graph.executions[i]!, state));
      assert.equal(graph.vertexState('a'), sum);
    });
  }
});
