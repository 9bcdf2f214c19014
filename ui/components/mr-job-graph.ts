import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { JobDetails, JobVertexDetails } from '../../engine/index.ts';
import { formatCount, formatEventTime, formatRate, formatShare } from '../format.ts';
import { layOut } from '../graph-layout.ts';
import { controls } from '../theme.ts';

const NODE_WIDTH = 250;
const NODE_HEIGHT = 96;
const NAME_LENGTH = 34;

interface Placed {
  readonly vertex: JobVertexDetails;
  readonly x: number;
  readonly y: number;
}

/**
 * The job's vertices and edges as Flink's console draws them, and the same in a table for those who do not see.
 * A vertex shows name, parallelism, watermark, and the shares of time it was busy, idle and backpressured.
 */
@localized()
@customElement('mr-job-graph')
export class JobGraphElement extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow: auto;
      }
      svg {
        display: block;
        max-width: 100%;
        height: auto;
        font-size: 12px;
      }
      rect.node {
        fill: var(--mr-surface);
        stroke: var(--mr-border);
      }
      text {
        fill: var(--mr-color);
      }
      text.faint {
        fill: var(--mr-color-faint);
      }
      path.edge {
        fill: none;
        stroke: var(--mr-color-faint);
      }
      .idle {
        fill: var(--mr-color-idle);
      }
      .busy {
        fill: var(--mr-color-busy);
      }
      .backpressured {
        fill: var(--mr-color-backpressured);
      }
      details {
        margin: 8px 0;
      }
      .scroll {
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) details?: JobDetails;

  override render() {
    const { details } = this;
    if (!details) return nothing;
    return html`${this.#picture(details)}
      <details>
        <summary>${msg('Vertices as a table', { id: 'vertices-table' })}</summary>
        <div
          class="scroll"
          tabindex="0"
          role="region"
          aria-label=${msg('Vertices as a table', { id: 'vertices-table' })}
        >
          ${this.#table(details)}
        </div>
      </details>`;
  }

  #picture(details: JobDetails) {
    const { placed, edges, width, height } = arrange(details);
    return html`<svg viewBox="0 0 ${width} ${height}" width=${width} aria-hidden="true">
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 8 4 0 8z" fill="currentColor" />
        </marker>
      </defs>
      ${edges.map(
        ({ points, strategy, x, y }) => svg`
          <path class="edge" d=${points} marker-end="url(#arrow)" />
          <text class="faint" x=${x} y=${y - 4} text-anchor="middle">${strategy}</text>`,
      )}
      ${placed.map((node) => this.#node(node))}
    </svg>`;
  }

  #node({ vertex, x, y }: Placed) {
    const { metrics } = vertex;
    const busy = metrics.busyTimeMsPerSecond / 1000;
    const backpressured = metrics.backPressuredTimeMsPerSecond / 1000;
    const full = NODE_WIDTH - 20;
    const shares = [
      ['busy', busy],
      ['backpressured', backpressured],
      ['idle', Math.max(0, 1 - busy - backpressured)],
    ] as const;
    let from = 10;
    return svg`<g transform="translate(${x - NODE_WIDTH / 2} ${y - NODE_HEIGHT / 2})">
      <title>${vertex.name}</title>
      <rect class="node" width=${NODE_WIDTH} height=${NODE_HEIGHT} rx="8" />
      <text x="10" y="20" font-weight="600">${shorten(vertex.name)}</text>
      <text class="faint" x="10" y="37">${msg(str`Parallelism ${vertex.parallelism}`, { id: 'parallelism-n' })} · ${vertex.status}</text>
      <text x="10" y="54">${formatCount(metrics.numRecordsIn)} → ${formatCount(metrics.numRecordsOut)} · ${formatRate(Math.max(metrics.numRecordsOutPerSecond, metrics.numRecordsInPerSecond))}</text>
      <text class="faint" x="10" y="70">${msg('Watermark', { id: 'watermark' })} ${formatEventTime(watermarkOf(vertex))}</text>
      ${shares.map(([name, share]) => {
        const rect = svg`<rect class=${name} x=${from} y="78" width=${full * share} height="10" />`;
        from += full * share;
        return rect;
      })}
    </g>`;
  }

  #table({ vertices }: JobDetails) {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${msg('Vertex', { id: 'vertex' })}</th>
          <th scope="col">${msg('Status', { id: 'status' })}</th>
          <th scope="col" class="number">${msg('Parallelism', { id: 'parallelism' })}</th>
          <th scope="col" class="number">${msg('Records in', { id: 'records-in' })}</th>
          <th scope="col" class="number">${msg('Records out', { id: 'records-out' })}</th>
          <th scope="col" class="number">${msg('Busy', { id: 'busy' })}</th>
          <th scope="col" class="number">${msg('Backpressured', { id: 'backpressured' })}</th>
          <th scope="col" class="number">${msg('Idle', { id: 'idle' })}</th>
          <th scope="col">${msg('Watermark', { id: 'watermark' })}</th>
          <th scope="col" class="number">${msg('Late rows dropped', { id: 'late-dropped' })}</th>
        </tr>
      </thead>
      <tbody>
        ${vertices.map(
          (vertex) =>
            html`<tr>
              <th scope="row">${vertex.name}</th>
              <td>${vertex.status}</td>
              <td class="number">${vertex.parallelism}</td>
              <td class="number">${formatCount(vertex.metrics.numRecordsIn)}</td>
              <td class="number">${formatCount(vertex.metrics.numRecordsOut)}</td>
              <td class="number">${formatShare(vertex.metrics.busyTimeMsPerSecond)}</td>
              <td class="number">${formatShare(vertex.metrics.backPressuredTimeMsPerSecond)}</td>
              <td class="number">${formatShare(vertex.metrics.idleTimeMsPerSecond)}</td>
              <td>${formatEventTime(watermarkOf(vertex))}</td>
              <td class="number">${formatCount(vertex.metrics.numLateRecordsDropped)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

function arrange({ vertices, plan }: JobDetails) {
  const inputs = plan.nodes.flatMap((node) => node.inputs.map((input) => ({ input, to: node.id })));
  const layout = layOut(
    vertices.map(({ id }) => id),
    inputs.map(({ input, to }) => ({ from: input.id, to })),
    { nodeWidth: NODE_WIDTH, nodeHeight: NODE_HEIGHT, nodeGap: 24, columnGap: 96, margin: 8 },
  );
  const placed = vertices.map((vertex, i): Placed => {
    const { x, y } = layout.nodes[i]!; // one for each vertex
    return { vertex, x, y };
  });
  const edges = layout.edges.map((points, i) => {
    const [a, b] = [points[(points.length - 1) >> 1], points[points.length >> 1]]; // the middle, or the two around it
    const [x, y] = a && b ? [(a.x + b.x) / 2, (a.y + b.y) / 2] : [0, 0];
    const path = points.map((point, n) => `${n === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join(' ');
    return { points: path, strategy: inputs[i]!.input.ship_strategy, x, y };
  });
  return { placed, edges, width: layout.width, height: layout.height };
}

/** The lowest watermark of the subtasks: that of their input, or what a source emits. */
function watermarkOf({ metrics, subtasks }: JobVertexDetails): number | null {
  if (metrics.currentInputWatermark !== null) return metrics.currentInputWatermark;
  const emitted = subtasks.flatMap(({ currentOutputWatermark }) => currentOutputWatermark ?? []);
  return emitted.length > 0 ? Math.min(...emitted) : null;
}

function shorten(name: string): string {
  return name.length <= NAME_LENGTH ? name : `${name.slice(0, NAME_LENGTH - 1)}…`;
}
