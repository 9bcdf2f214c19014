import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { JobGraph } from '../../engine/graph/job-graph.ts';
import {
  decodeManifest,
  encodeManifest,
  segmentsOf,
  stateSize,
  type CheckpointManifest,
} from '../../engine/runtime/checkpoint-manifest.ts';
import { assignState, rescale } from '../../engine/runtime/state-assignment.ts';
import { edge, jobGraph, vertex } from './job-graphs.ts';

function manifestOf(graph: JobGraph): CheckpointManifest {
  return {
    jobId: graph.jobId,
    checkpointId: 7,
    isSavepoint: false,
    triggerTimestamp: 1,
    completionTimestamp: 2,
    graph,
    vertices: graph.vertices.map(({ id, parallelism, maxParallelism }) => ({
      vertexId: id,
      parallelism,
      maxParallelism,
      subtasks: Array.from({ length: parallelism }, (_, subtask) => ({
        [`${id}-op`]: {
          operatorState: { offset: subtask },
          paged: [
            {
              name: 'table',
              meta: { count: subtask },
              pageSize: 10,
              pages: [
                [`s${subtask}`, 0, 10],
                ['shared', 10 * subtask, 7],
              ] as const,
            },
          ],
        },
      })),
    })),
  };
}

describe('manifest', () => {
  test('comes back from its bytes as it was', () => {
    const manifest = manifestOf(jobGraph([vertex('a', 2), vertex('b', 3)], [edge('a', 'b')]));
    assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest);
  });

  test('knows its segments and its size', () => {
    const manifest = manifestOf(jobGraph([vertex('a', 2)]));
    assert.deepEqual([...segmentsOf(manifest)].sort(), ['s0', 's1', 'shared']);
    assert.equal(stateSize(manifest), 34);
  });

  test('of another format is refused', () => {
    const text = new TextDecoder().decode(encodeManifest(manifestOf(jobGraph([vertex('a', 1)]))));
    const other = new TextEncoder().encode(text.replace('"format":1', '"format":2'));
    assert.throws(() => decodeManifest(other), /format 2 are not supported/);
  });
});

describe('state at another parallelism', () => {
  /** Old subtasks that each new subtask reads, e.g. `0 | 0 1`. */
  function readers(from: number, to: number, maxParallelism = 128): string {
    const graph = (parallelism: number): JobGraph => jobGraph([vertex('a', parallelism, { maxParallelism })]);
    const restores = assignState(manifestOf(graph(from)), graph(to)).get('a') ?? [];
    return restores
      .map(({ operators }) => (operators['a-op']?.paged ?? []).map(({ subtask }) => subtask).join(' '))
      .join(' | ');
  }
  const cases: [from: number, to: number, expected: string][] = [
    [2, 2, '0 | 1'],
    [2, 3, '0 | 0 1 | 1'],
    [4, 2, '0 1 | 2 3'],
    [1, 4, '0 | 0 | 0 | 0'],
    [3, 1, '0 1 2'],
  ];
  for (const [from, to, expected] of cases) {
    test(`${from} to ${to}`, () => assert.equal(readers(from, to), expected));
  }

  test('every old subtask is read by somebody', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (from, to) => {
        const read = new Set(readers(from, to).split(/ \| | /));
        assert.equal(read.size, from);
      }),
    ));

  test('operator state of all old subtasks goes to everybody, in order', () => {
    const restores = assignState(manifestOf(jobGraph([vertex('a', 3)])), jobGraph([vertex('a', 2)])).get('a');
    for (const { operators } of restores ?? []) {
      assert.deepEqual(operators['a-op']?.operatorState, [{ offset: 0 }, { offset: 1 }, { offset: 2 }]);
    }
    assert.equal(restores?.length, 2);
  });

  test('an operator finds its state in whatever vertex it is chained to now', () => {
    const before = manifestOf(jobGraph([vertex('a', 1), vertex('b', 1)]));
    const chained = vertex('a', 1, { operators: [...vertex('a', 1).operators, ...vertex('b', 1).operators] });
    const [restore] = assignState(before, jobGraph([chained])).get('a') ?? [];
    assert.deepEqual(Object.keys(restore?.operators ?? {}), ['a-op', 'b-op']);
  });

  test('another maximum parallelism is refused', () => {
    const before = manifestOf(jobGraph([vertex('a', 1)]));
    assert.throws(
      () => assignState(before, jobGraph([vertex('a', 1, { maxParallelism: 64 })])),
      /was 128 and is now 64/,
    );
  });
});

describe('rescale', () => {
  /** `vertex parallelism` of all vertices. */
  const parallelisms = ({ vertices }: JobGraph): string =>
    vertices.map(({ id, parallelism }) => `${id} ${parallelism}`).join(', ');

  test('changes what ran at the job’s parallelism and leaves what was set apart', () => {
    const graph = jobGraph(
      [vertex('a', 1), vertex('b', 2), vertex('c', 2)],
      [edge('a', 'b'), edge('b', 'c')],
    );
    assert.equal(parallelisms(rescale(graph, 3)), 'a 1, b 3, c 3');
  });

  test('leaves alone what must see all rows, and what is forward of it', () => {
    const graph = jobGraph(
      [vertex('a', 1), vertex('b', 1), vertex('c', 1), vertex('d', 1, { maxParallelism: 1 })],
      [edge('a', 'b', 'global'), edge('b', 'c', 'forward'), edge('c', 'd', 'rebalance')],
    );
    assert.equal(parallelisms(rescale(graph, 4)), 'a 4, b 1, c 1, d 1');
  });

  test('leaves the client’s result alone', () => {
    const collect = vertex('b', 1, {
      operators: [
        {
          id: 'c',
          name: 'c',
          spec: { kind: 'CollectSink', rowType: edge('a', 'b').rowType, maxBufferedBytes: 1 },
          inputs: [],
        },
      ],
    });
    assert.equal(parallelisms(rescale(jobGraph([vertex('a', 1), collect], [edge('a', 'b')]), 2)), 'a 2, b 1');
  });

  test('beyond the maximum parallelism is refused with both numbers', () => {
    assert.throws(() => rescale(jobGraph([vertex('a', 2)]), 129), /parallelism 129.*128/);
  });
});
