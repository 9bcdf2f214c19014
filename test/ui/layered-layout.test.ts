import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as dagre from '../../ui/graph-layout.ts';
import type { GraphEdge, GraphSizes } from '../../ui/graph-layout.ts';
import * as layered from '../../ui/layered-layout.ts';

const SIZES: GraphSizes = { nodeWidth: 250, nodeHeight: 96, nodeGap: 24, columnGap: 96, margin: 8 };

/** Any acyclic graph: edges go from an earlier node to a later one. */
const anyGraph = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.record({
    ids: fc.constant(Array.from({ length: count }, (_, i) => `v${i}`)),
    edges: fc
      .array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 20 })
      .map((pairs) =>
        pairs.flatMap(([a, b]): GraphEdge[] => (a < b ? [{ from: `v${a}`, to: `v${b}` }] : [])),
      ),
  }),
);

describe.each([
  ['the library', dagre.layOut],
  ['the small one', layered.layOut],
])('%s', (_name, layOut) => {
  test('keeps nodes apart and inside the picture, and edges from left to right', () =>
    fc.assert(
      fc.property(anyGraph, ({ ids, edges }) => {
        const { nodes, edges: lines, width, height } = layOut(ids, edges, SIZES);
        expect([nodes.length, lines.length]).toEqual([ids.length, edges.length]);
        for (const [i, a] of nodes.entries()) {
          expect(a.x).toBeGreaterThanOrEqual(SIZES.nodeWidth / 2);
          expect(a.y).toBeGreaterThanOrEqual(SIZES.nodeHeight / 2);
          expect(a.x).toBeLessThanOrEqual(width - SIZES.nodeWidth / 2);
          expect(a.y).toBeLessThanOrEqual(height - SIZES.nodeHeight / 2);
          for (const b of nodes.slice(0, i)) {
            const [dx, dy] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
            expect(dx >= SIZES.nodeWidth || dy >= SIZES.nodeHeight - 1e-6).toBe(true);
          }
        }
        for (const [i, { from, to }] of edges.entries()) {
          const [start, end] = [nodes[ids.indexOf(from)]!, nodes[ids.indexOf(to)]!];
          const xs = lines[i]!.map(({ x }) => x);
          expect(xs).toEqual([...xs].sort((a, b) => a - b));
          expect(Math.abs(xs[0]! - start.x)).toBeLessThan(SIZES.nodeWidth / 2 + 1);
          expect(Math.abs(xs.at(-1) - end.x)).toBeLessThan(SIZES.nodeWidth / 2 + 1);
        }
      }),
    ));
});

const sketch = (...edges: [string, string][]) => {
  const ids = [...new Set(edges.flat())];
  const { nodes } = layered.layOut(
    ids,
    edges.map(([from, to]) => ({ from, to })),
    SIZES,
  );
  return Object.fromEntries(ids.map((id, i) => [id, nodes[i]!]));
};

test('a chain is a straight line', () => {
  const { a, b, c } = sketch(['a', 'b'], ['b', 'c']);
  expect([a!.y, b!.y, c!.y]).toEqual([56, 56, 56]);
  expect([a!.x, b!.x, c!.x]).toEqual([133, 479, 825]);
});

test('a join stands between its inputs', () => {
  const { a, b, join } = sketch(['a', 'join'], ['b', 'join']);
  expect(join!.y).toBeCloseTo((a!.y + b!.y) / 2, 3);
});

test('inputs are ordered so that their edges do not cross', () => {
  const { a, b, c, d } = sketch(['a', 'd'], ['b', 'c'], ['a', 'd'], ['b', 'c']);
  expect(Math.sign(a!.y - b!.y)).toBe(Math.sign(d!.y - c!.y));
});

test('a source that only a late vertex reads stands beside that', () => {
  const { late, join } = sketch(['a', 'b'], ['b', 'join'], ['late', 'join']);
  expect(join!.x - late!.x).toBe(SIZES.nodeWidth + SIZES.columnGap);
});
