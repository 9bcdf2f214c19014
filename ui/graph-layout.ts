import { Graph, layout } from '@dagrejs/dagre';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** Sizes in pixels. */
export interface GraphSizes {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Between nodes above each other, between columns, and around it all. */
  readonly nodeGap: number;
  readonly columnGap: number;
  readonly margin: number;
}

/** Nodes by their middle, edges as lines through points, each list in the order that was given. */
export interface GraphLayout {
  readonly nodes: readonly Point[];
  readonly edges: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

/** Places a graph from left to right. The single file has `layered-layout.ts` for it, which is shorter than the library. */
export function layOut(ids: readonly string[], edges: readonly GraphEdge[], sizes: GraphSizes): GraphLayout {
  const graph = new Graph({ multigraph: true });
  const { nodeWidth: width, nodeHeight: height, nodeGap: nodesep, columnGap: ranksep, margin } = sizes;
  graph.setGraph({ rankdir: 'LR', nodesep, ranksep, marginx: margin, marginy: margin });
  for (const id of ids) graph.setNode(id, { width, height });
  for (const [i, { from, to }] of edges.entries()) graph.setEdge(from, to, {}, String(i));
  layout(graph);
  const whole = graph.graph() as { width?: number; height?: number };
  return {
    nodes: ids.map((id) => {
      const { x = 0, y = 0 } = graph.node(id) as Partial<Point>;
      return { x, y };
    }),
    edges: edges.map(({ from, to }, i) => {
      const { points = [] } = graph.edge(from, to, String(i)) as { points?: Point[] };
      return points;
    }),
    width: whole.width ?? 0,
    height: whole.height ?? 0,
  };
}
