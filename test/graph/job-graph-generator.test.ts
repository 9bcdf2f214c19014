import assert from 'node:assert/strict';
import { test } from 'vitest';
import { defaultMaxParallelism, generateJobGraph } from '../../engine/graph/job-graph-generator.ts';
import { stableHash } from '../../engine/graph/stable-hash.ts';
import { generateStreamGraph } from '../../engine/graph/stream-graph.ts';
import {
  OneInputTransformation,
  PartitionTransformation,
  SourceTransformation,
  TwoInputTransformation,
  UnionTransformation,
} from '../../engine/graph/transformation.ts';
import type { OperatorDescription, Transformation } from '../../engine/graph/transformation.ts';
import type { JobGraph } from '../../engine/graph/job-graph.ts';
import type { RowType } from '../../engine/types/logical-type.ts';

const ROW: RowType = {
  root: 'ROW',
  fields: [{ name: 'a', type: { root: 'INTEGER', nullable: true } }],
  nullable: false,
};

function operator(name: string, parallelism?: number): OperatorDescription {
  const description = {
    name,
    description: name,
    operator: { kind: 'DropUpdateBefore' },
    outputType: ROW,
  } as const;
  return parallelism === undefined ? description : { ...description, parallelism };
}

const source = (name: string, parallelism?: number): Transformation =>
  new SourceTransformation(operator(name, parallelism));
const map = (input: Transformation, name: string, parallelism?: number): Transformation =>
  new OneInputTransformation(input, operator(name, parallelism));
const keyed = (input: Transformation): Transformation =>
  new PartitionTransformation(input, { kind: 'hash', keys: [0] });

function graph(roots: Transformation[], isChainingEnabled = true): JobGraph {
  const header = { jobId: 'j', name: 'n', configuration: {}, text: '' };
  return generateJobGraph(generateStreamGraph(roots, 4), header, { isChainingEnabled, maxParallelism: -1 });
}

/** `a -> b x4; c x1 | a=>c hash` */
function text({ vertices, edges }: JobGraph): string {
  const nameOf = (id: string, index: number): string | undefined =>
    vertices.find((vertex) => vertex.id === id)?.operators[index]?.name;
  const ends = edges.map((edge) => {
    const { source: from, sourceOperator, target, gate, partitioner } = edge;
    return `${nameOf(from, sourceOperator)}=>${nameOf(target, 0)}:${gate} ${partitioner.kind}`;
  });
  return `${vertices.map((vertex) => `${vertex.name} x${vertex.parallelism}`).join('; ')} | ${ends.join(', ')}`;
}

const CASES: [name: string, roots: () => Transformation[], expected: string][] = [
  ['forward edges chain', () => [map(map(source('a'), 'b'), 'c')], 'a -> b -> c x4 | '],
  [
    'a partitioning ends a chain',
    () => [map(keyed(map(source('a'), 'b')), 'c')],
    'a -> b x4; c x4 | b=>c:0 hash',
  ],
  [
    'a confined operator is no part of a chain that follows the job',
    () => [map(map(source('a'), 'b', 1), 'c', 1)],
    'a x4; b -> c x1 | a=>b:0 rebalance',
  ],
  ['equally confined operators chain', () => [map(source('a', 1), 'b', 1)], 'a -> b x1 | '],
  [
    'a union is edges into one gate, partitioned each',
    () => [map(keyed(new UnionTransformation([source('a'), map(source('b'), 'c')], ROW)), 'd')],
    'a x4; b -> c x4; d x4 | a=>d:0 hash, c=>d:0 hash',
  ],
  [
    'a join has a gate a side',
    () => [new TwoInputTransformation(keyed(source('a')), keyed(source('b')), operator('j'))],
    'a x4; b x4; j x4 | a=>j:0 hash, b=>j:1 hash',
  ],
  [
    'of two partitionings the later one counts',
    () => [map(new PartitionTransformation(keyed(source('a')), { kind: 'global' }), 'b')],
    'a x4; b x4 | a=>b:0 global',
  ],
];

for (const [name, roots, expected] of CASES) test(name, () => assert.equal(text(graph(roots())), expected));

test('what two consumers share runs once, in a chain with branches', () => {
  const shared = map(source('a'), 'b');
  assert.equal(text(graph([map(shared, 'c'), map(map(shared, 'd'), 'e')])), 'a -> b -> (c, d -> e) x4 | ');
});

test('with chaining off every operator is a vertex, with forward edges', () => {
  assert.equal(text(graph([map(source('a'), 'b')], false)), 'a x4; b x4 | a=>b:0 forward');
});

test('a self-join of a shared input is two edges', () => {
  const shared = keyed(source('a'));
  const { edges } = graph([new TwoInputTransformation(shared, shared, operator('j'))]);
  assert.equal(edges.length, 2);
  assert.notEqual(edges[0]?.id, edges[1]?.id);
});

test('the default of the maximum parallelism is the one of S-70', () => {
  assert.deepEqual([1, 85, 86, 171, 30000].map(defaultMaxParallelism), [128, 128, 256, 256, 32768]);
});

test('hashes are 32 digits, the same for the same text alone', () => {
  assert.match(stableHash('a'), /^[0-9a-f]{32}$/);
  assert.equal(stableHash('a'), stableHash('a'));
  const all = new Set(Array.from({ length: 10000 }, (_, i) => stableHash(`operator ${i}`)));
  assert.equal(all.size, 10000);
});
