import type { JobGraph } from '../graph/job-graph.ts';
import type { Json } from '../state/paged-state.ts';
import type { PagedStateHandle, TaskSnapshot } from './gateways.ts';

/**
 * What a checkpoint consists of: one JSON value, whose strict write is the commit. State itself lies in segments, which
 * several checkpoints may share; the manifest says which pieces of which.
 */
export interface CheckpointManifest {
  readonly jobId: string;
  readonly checkpointId: number;
  readonly isSavepoint: boolean;
  readonly triggerTimestamp: number;
  readonly completionTimestamp: number;
  /** The job as it was, so that a checkpoint can be read without anything else. */
  readonly graph: JobGraph;
  readonly vertices: readonly VertexCheckpoint[];
}

export interface VertexCheckpoint {
  readonly vertexId: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  /** One entry a subtask. */
  readonly subtasks: readonly OperatorSnapshots[];
}

export type OperatorSnapshots = TaskSnapshot['operators'];

/** Names of the segments a manifest refers to. */
export function segmentsOf(manifest: CheckpointManifest): Set<string> {
  const names = new Set<string>();
  for (const { pages } of handlesOf(manifest)) for (const [segment] of pages) names.add(segment);
  return names;
}

/** Bytes of all pages that a manifest refers to. */
export function stateSize(manifest: CheckpointManifest): number {
  let bytes = 0;
  for (const { pages } of handlesOf(manifest)) for (const [, , length] of pages) bytes += length;
  return bytes;
}

function handlesOf({ vertices }: CheckpointManifest): PagedStateHandle[] {
  return vertices
    .flatMap(({ subtasks }) => subtasks)
    .flatMap((operators) => Object.values(operators))
    .flatMap(({ paged }) => paged);
}

const FORMAT = 1;

// On disk segment names stand once, in a table; a page is three numbers.
interface StoredHandle {
  readonly name: string;
  readonly meta: Json;
  readonly pageSize: number;
  readonly pages: readonly number[];
}

export function encodeManifest(manifest: CheckpointManifest): Uint8Array<ArrayBuffer> {
  const segments = new Map<string, number>();
  const numberOf = (segment: string): number => {
    const number = segments.get(segment) ?? segments.size;
    segments.set(segment, number);
    return number;
  };
  const vertices = manifest.vertices.map((vertex) => ({
    ...vertex,
    subtasks: vertex.subtasks.map((operators) =>
      mapValues(operators, ({ operatorState, paged }) => ({
        operatorState,
        paged: paged.map(({ pages, ...handle }): StoredHandle => ({
          ...handle,
          pages: pages.flatMap(([segment, offset, length]) => [numberOf(segment), offset, length]),
        })),
      })),
    ),
  }));
  return new TextEncoder().encode(
    JSON.stringify({ format: FORMAT, ...manifest, vertices, segments: [...segments.keys()] }),
  );
}

/** Throws if the bytes are not a manifest of this version. */
export function decodeManifest(bytes: Uint8Array<ArrayBuffer>): CheckpointManifest {
  const { format, segments, vertices, ...manifest } = JSON.parse(new TextDecoder().decode(bytes)) as Omit<
    CheckpointManifest,
    'vertices'
  > & {
    readonly format: number;
    readonly segments: readonly string[];
    readonly vertices: readonly (Omit<VertexCheckpoint, 'subtasks'> & {
      readonly subtasks: readonly Readonly<
        Record<string, { readonly operatorState: Json; readonly paged: readonly StoredHandle[] }>
      >[];
    })[];
  };
  if (format !== FORMAT)
    throw new Error(`Checkpoints of format ${format} are not supported, only ${FORMAT}.`);
  const handleOf = ({ pages, ...handle }: StoredHandle): PagedStateHandle => ({
    ...handle,
    pages: Array.from({ length: pages.length / 3 }, (_, i) => {
      const [segment = -1, offset = 0, length = 0] = pages.slice(3 * i, 3 * i + 3);
      const name = segments[segment];
      if (name === undefined) throw new Error(`Page ${i} of ${handle.name} lies in no segment.`);
      return [name, offset, length];
    }),
  });
  return {
    ...manifest,
    vertices: vertices.map((vertex) => ({
      ...vertex,
      subtasks: vertex.subtasks.map((operators) =>
        mapValues(operators, ({ operatorState, paged }) => ({ operatorState, paged: paged.map(handleOf) })),
      ),
    })),
  };
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
