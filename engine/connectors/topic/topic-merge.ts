import { DamagedValueError, type PageStore } from '../../state/page-store.ts';
import { rowCount, type TopicSegment } from './topic-manifest.ts';
import { logName } from './topic-names.ts';

/** Segments from this size on stay as they are. */
const BIG_BYTES = 1 << 20;
/** So many small segments at the end of a partition are put together. */
const MANY = 32;

export interface MergedSegments {
  readonly segments: TopicSegment[];
  /** Names that `segments` no longer holds. */
  readonly garbage: readonly string[];
}

/**
 * Puts the small segments at the end of a partition together once they are many: a job that commits every second would
 * leave a value a second else. Every byte is written a few times at most, since a big segment is left alone.
 */
export async function mergeSmallSegments(
  store: PageStore,
  topic: string,
  partition: number,
  segments: readonly TopicSegment[],
): Promise<MergedSegments> {
  const firstSmall = segments.findLastIndex(({ bytes }) => bytes >= BIG_BYTES) + 1;
  const small = segments.slice(firstSmall);
  if (small.length < MANY) return { segments: [...segments], garbage: [] };
  const kept = segments.slice(0, firstSmall);
  const garbage: string[] = [];
  let first = rowCount(kept);
  for (const group of groupsOf(small)) {
    const end = first + rowCount(group);
    const merged =
      group.length === 1 ? undefined : await join(store, group, logName(topic, partition, first, end));
    if (merged) {
      kept.push(merged);
      garbage.push(...group.map(({ name }) => name));
    } else kept.push(...group);
    first = end;
  }
  return { segments: kept, garbage };
}

function groupsOf(segments: readonly TopicSegment[]): TopicSegment[][] {
  const groups: TopicSegment[][] = [];
  let bytes = BIG_BYTES;
  for (const segment of segments) {
    if (bytes >= BIG_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(segment);
    bytes += segment.bytes;
  }
  return groups;
}

/** Undefined if a part cannot be read: whoever reads the topic will hear of it, a writer need not fail. */
async function join(
  store: PageStore,
  group: readonly TopicSegment[],
  name: string,
): Promise<TopicSegment | undefined> {
  const bytes = new Uint8Array(group.reduce((sum, segment) => sum + segment.bytes, 0));
  let at = 0;
  for (const segment of group) {
    const part = await store.get(segment.name).catch((error: unknown) => {
      if (error instanceof DamagedValueError) return undefined;
      throw error;
    });
    if (part?.length !== segment.bytes) return undefined;
    bytes.set(part, at);
    at += part.length;
  }
  await store.put(name, bytes, 'strict');
  return { name, count: rowCount(group), bytes: bytes.length };
}
