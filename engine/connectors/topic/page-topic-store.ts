import { BATCH_HEADER_BYTES } from '../../data/batch-layout.ts';
import type { TopicStore } from '../../operators/stream-operator.ts';
import type { PageStore } from '../../state/page-store.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import { checkTopicRowType } from './topic-row-type.ts';
import { TopicAnnouncer } from './topic-announcer.ts';
import {
  decodeManifest,
  encodeManifest,
  rowCount,
  type TopicManifest,
  type TopicSegment,
} from './topic-manifest.ts';
import { mergeSmallSegments } from './topic-merge.ts';
import {
  TOPICS,
  folderOf,
  logFolder,
  manifestName,
  pieceName,
  pieceOf,
  topicOfManifest,
  transactionPrefix,
  type TransactionPiece,
} from './topic-names.ts';

/** Segments kept in memory for readers that come back for the rest of one. */
const CACHED_SEGMENTS = 4;

/**
 * Topics in a PageStore, shared by all jobs, workers and tabs that open the same one.
 *
 * **What is committed is what the manifest names**, and it is written in one piece, strictly, under the topic's lock. A piece of a transaction
 * that the manifest names (as log or as garbage) or that is gone was committed; one that is there and not named was not. So
 * `commit` may be called as often as one likes, and a crash at any point leaves either the old manifest or the new.
 *
 * Small pieces are put together now and then (topic-merge.ts). What that makes superfluous is named as garbage by the same write of the manifest
 * and removed by the next commit, so that a reader with an old manifest seldom misses it, and reads the manifest again if it does.
 */
export class PageTopicStore implements TopicStore {
  readonly #store: PageStore;
  readonly #announcer = new TopicAnnouncer();
  /** As last read. A partition only grows, so an old one is not wrong but short. */
  readonly #manifests = new Map<string, TopicManifest>();
  /** Pieces so far by topic, transaction and partition. */
  readonly #sequences = new Map<string, number>();
  readonly #segments = new Map<string, Uint8Array<ArrayBuffer>>();

  constructor(store: PageStore) {
    this.#store = store;
  }

  async openTopic(topic: string, rowType: RowType, partitions?: number): Promise<number> {
    return this.#exclusively(topic, async () => {
      const existing = await this.#load(topic);
      if (!existing) {
        const count = partitions ?? 1;
        await this.#save(topic, {
          version: 1,
          rowType,
          partitions: Array.from({ length: count }, () => []),
          garbage: [],
        });
        return count;
      }
      checkTopicRowType(topic, existing.rowType, rowType);
      const count = existing.partitions.length;
      if (partitions !== undefined && partitions !== count) {
        throw new RuntimeFailure(
          `Topic '${topic}' has ${count} partitions, and 'partitions' = '${partitions}' was asked for.`,
        );
      }
      await this.#removeUnnamed(topic, existing);
      return count;
    });
  }

  async prepare(
    topic: string,
    partition: number,
    transaction: string,
    records: Uint8Array<ArrayBuffer>,
    count: number,
  ): Promise<void> {
    const key = JSON.stringify([topic, transaction, partition]);
    const sequence = this.#sequences.get(key) ?? 0;
    this.#sequences.set(key, sequence + 1);
    const name = pieceName(topic, { transaction, partition, sequence, count, bytes: records.length });
    // Strict: a checkpoint that names the transaction is about to be committed strictly, too.
    await this.#store.put(name, records, 'strict');
  }

  async commit(topic: string, transactions: readonly string[]): Promise<void> {
    if (transactions.length === 0) return;
    await this.#exclusively(topic, async () => {
      const manifest = await this.#existing(topic);
      const pieces = await this.#uncommitted(topic, manifest, transactions);
      this.#forget(topic, transactions);
      if (pieces.length === 0) return;
      await this.#store.remove(manifest.garbage);
      const partitions = manifest.partitions.map((segments) => [...segments]);
      for (const { partition, name, count, bytes } of pieces)
        partitions[partition]?.push({ name, count, bytes });
      const garbage: string[] = [];
      for (const [partition, segments] of partitions.entries()) {
        const merged = await mergeSmallSegments(this.#store, topic, partition, segments);
        partitions[partition] = merged.segments;
        garbage.push(...merged.garbage);
      }
      await this.#save(topic, { ...manifest, partitions, garbage });
    });
    this.#announcer.announce(topic);
  }

  async abort(topic: string, transactions: readonly string[]): Promise<void> {
    if (transactions.length === 0) return;
    await this.#exclusively(topic, async () => {
      const pieces = await this.#uncommitted(topic, await this.#existing(topic), transactions);
      this.#forget(topic, transactions);
      await this.#store.remove(pieces.map(({ name }) => name));
    });
  }

  async listTransactions(topic: string, prefix: string): Promise<string[]> {
    const pieces = await this.#pieces(topic, await this.#existing(topic), prefix);
    return [...new Set(pieces.map(({ transaction }) => transaction))];
  }

  async read(topic: string, partition: number, offset: number, maxBytes: number) {
    // A manifest that is not fresh may be too short, and what it names may have been put together and removed.
    const read = await this.#readBy(this.#manifests.get(topic), partition, offset, maxBytes);
    if (read !== undefined)
      return read === 'gone' ? this.#readFresh(topic, partition, offset, maxBytes) : read;
    return this.#readFresh(topic, partition, offset, maxBytes);
  }

  async endOffset(topic: string, partition: number): Promise<number> {
    return rowCount((await this.#existing(topic)).partitions[partition] ?? []);
  }

  onCommit(topic: string, callback: () => void): () => void {
    return this.#announcer.subscribe(topic, callback);
  }

  /** Names of all topics. */
  async listTopics(): Promise<string[]> {
    return (await this.#store.list(TOPICS)).flatMap((name) => topicOfManifest(name) ?? []);
  }

  /** Forgets a topic and all its records. */
  async removeTopic(topic: string): Promise<void> {
    await this.#exclusively(topic, async () => {
      // The manifest first: what is not named does not count.
      await this.#store.remove([manifestName(topic)]);
      await this.#store.remove(await this.#store.list(folderOf(topic)));
    });
    this.#manifests.delete(topic);
  }

  close(): void {
    this.#announcer.close();
  }

  #exclusively<T>(topic: string, body: () => Promise<T>): Promise<T> {
    return this.#store.exclusively(folderOf(topic), body);
  }

  async #load(topic: string): Promise<TopicManifest | undefined> {
    const bytes = await this.#store.get(manifestName(topic));
    if (!bytes) return undefined;
    const manifest = decodeManifest(topic, bytes);
    this.#manifests.set(topic, manifest);
    return manifest;
  }

  async #existing(topic: string): Promise<TopicManifest> {
    const manifest = await this.#load(topic);
    if (!manifest) throw new RuntimeFailure(`There is no topic '${topic}'.`);
    return manifest;
  }

  async #save(topic: string, manifest: TopicManifest): Promise<void> {
    await this.#store.put(manifestName(topic), encodeManifest(manifest), 'strict');
    this.#manifests.set(topic, manifest);
  }

  /** Pieces of these transactions that the manifest does not name, in the order in which they were written. */
  async #uncommitted(
    topic: string,
    manifest: TopicManifest,
    transactions: readonly string[],
  ): Promise<TransactionPiece[]> {
    const all: TransactionPiece[] = [];
    for (const transaction of transactions) {
      const pieces = await this.#pieces(topic, manifest, transaction);
      all.push(
        ...pieces
          .filter((piece) => piece.transaction === transaction)
          .sort((a, b) => a.sequence - b.sequence),
      );
    }
    return all;
  }

  async #pieces(topic: string, manifest: TopicManifest, prefix: string): Promise<TransactionPiece[]> {
    const named = namesOf(manifest);
    const names = await this.#store.list(transactionPrefix(topic, prefix));
    return names.filter((name) => !named.has(name)).flatMap((name) => pieceOf(name) ?? []);
  }

  /** What a crash left between putting pieces together and naming the result. */
  async #removeUnnamed(topic: string, manifest: TopicManifest): Promise<void> {
    const named = namesOf(manifest);
    const left = (await this.#store.list(logFolder(topic))).filter((name) => !named.has(name));
    if (left.length > 0) await this.#store.remove(left);
  }

  #forget(topic: string, transactions: readonly string[]): void {
    const gone = new Set(transactions);
    for (const key of [...this.#sequences.keys()]) {
      const [of, transaction] = JSON.parse(key) as [string, string, number];
      if (of === topic && gone.has(transaction)) this.#sequences.delete(key);
    }
  }

  async #readFresh(topic: string, partition: number, offset: number, maxBytes: number) {
    const read = await this.#readBy(await this.#existing(topic), partition, offset, maxBytes);
    if (read !== 'gone') return read;
    throw new RuntimeFailure(
      `A piece of topic '${topic}', partition ${partition}, at offset ${offset}, is missing.`,
    );
  }

  async #readBy(manifest: TopicManifest | undefined, partition: number, offset: number, maxBytes: number) {
    let first = 0;
    for (const segment of manifest?.partitions[partition] ?? []) {
      if (offset < first + segment.count) {
        const bytes = await this.#segment(segment);
        return bytes ? batchesFrom(bytes, first, offset, maxBytes) : 'gone';
      }
      first += segment.count;
    }
    return undefined;
  }

  async #segment({ name }: TopicSegment): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = this.#segments.get(name) ?? (await this.#store.get(name));
    this.#segments.delete(name);
    if (bytes) this.#segments.set(name, bytes);
    for (const oldest of this.#segments.keys()) {
      if (this.#segments.size <= CACHED_SEGMENTS) break;
      this.#segments.delete(oldest);
    }
    return bytes;
  }
}

function namesOf({ partitions, garbage }: TopicManifest): Set<string> {
  return new Set([...partitions.flatMap((segments) => segments.map(({ name }) => name)), ...garbage]);
}

/** Whole batches of a segment, from the one with row `offset` on, about `maxBytes` of them. */
function batchesFrom(bytes: Uint8Array<ArrayBuffer>, first: number, offset: number, maxBytes: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let from = 0;
  let row = first;
  for (; row + rowsAt(view, from) <= offset; from += view.getUint32(from, true)) row += rowsAt(view, from);
  let to = from;
  let nextOffset = row;
  while (to + BATCH_HEADER_BYTES <= bytes.length && (to === from || to - from < maxBytes)) {
    nextOffset += rowsAt(view, to);
    to += view.getUint32(to, true);
  }
  return { records: bytes.slice(from, to), count: nextOffset - row, nextOffset };
}

/** Rows of the encoded batch at an offset (see batch-layout.ts). */
function rowsAt(view: DataView, at: number): number {
  return view.getUint32(at + 4, true);
}
