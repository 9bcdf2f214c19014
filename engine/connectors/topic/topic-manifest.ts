import type { RowType } from '../../types/logical-type.ts';

/** A stored piece of a partition's log: encoded batches, one after the other. */
export interface TopicSegment {
  /** Name of the value in the PageStore. */
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

/** The truth about a topic: which values make up its partitions. A commit is one write of it. */
export interface TopicManifest {
  readonly version: 1;
  readonly rowType: RowType;
  readonly partitions: readonly (readonly TopicSegment[])[];
  /** Values that are no longer part of the log and may be removed. */
  readonly garbage: readonly string[];
}

export function encodeManifest({ partitions, ...rest }: TopicManifest): Uint8Array<ArrayBuffer> {
  const compact = partitions.map((segments) =>
    segments.map(({ name, count, bytes }) => [name, count, bytes]),
  );
  return new TextEncoder().encode(JSON.stringify({ ...rest, partitions: compact }));
}

export function decodeManifest(topic: string, bytes: Uint8Array): TopicManifest {
  const { partitions, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as Omit<
    TopicManifest,
    'partitions'
  > & {
    readonly partitions: readonly (readonly (readonly [name: string, count: number, bytes: number])[])[];
  };
  if (rest.version !== 1)
    throw new Error(
      `Topic '${topic}' was written by a later version: ${String(rest.version)} is not supported.`,
    );
  return {
    ...rest,
    partitions: partitions.map((segments) =>
      segments.map(([name, count, size]) => ({ name, count, bytes: size })),
    ),
  };
}

/** Rows of a partition. */
export function rowCount(segments: readonly TopicSegment[]): number {
  return segments.reduce((sum, { count }) => sum + count, 0);
}
