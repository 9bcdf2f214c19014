import type { RecordBatch } from '../../data/record-batch.ts';
import type { TableSinkSpec } from '../../operators/operator-spec.ts';
import type { OperatorContext, OperatorSnapshot, TopicStore } from '../../operators/stream-operator.ts';
import { StoreFullError } from '../../state/page-store.ts';
import type { Json } from '../../state/paged-state.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import { isCheckpointed } from '../checkpointing.ts';
import { newLife } from '../new-life.ts';
import { SinkOperator } from '../sink-operator.ts';
import { WriteQueue } from '../write-queue.ts';
import { topicOptions } from './topic-descriptor.ts';
import { TopicPartitioner, type PartitionRecords } from './topic-partitioner.ts';
import { sinkPrefix, subtaskOf, transactionName } from './topic-transaction.ts';

/** A piece is written once it has so many bytes, or at the barrier. */
const PIECE_BYTES = 512 * 1024;
const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** Without checkpoints, records are published so often. */
const PUBLISH_MS = 1000;

interface OpenPiece {
  readonly records: PartitionRecords[];
  bytes: number;
}

interface Piece extends PartitionRecords {
  readonly transaction: string;
}

/** Prepared for a checkpoint, and not known to be committed. */
interface Pending {
  readonly transaction: string;
  readonly checkpointId: number;
}

interface SinkState {
  readonly pending: readonly (readonly [transaction: string, checkpointId: number])[];
}

/**
 * Writes to a topic exactly once, in two phases (S-72):
 *
 *   rows          are collected for the transaction that is open and written piece by piece, visible to nobody
 *   barrier n     closes the transaction; checkpoint n names it, and waits until its last piece is on disk
 *   complete n    commits every transaction of a checkpoint up to n; so does a restore from n, since the message may have got lost
 *   restore       aborts every other transaction of this sink: its rows come again
 *
 * At another parallelism each new subtask looks after the transactions of the old subtasks that are its own number modulo the parallelism. A job without
 * checkpoints publishes once a second, and after a failure its rows come again.
 */
export class TopicSink extends SinkOperator {
  readonly #spec: TableSinkSpec;
  readonly #topic: string;
  readonly #prefix: string;
  readonly #life = newLife();
  readonly #queue: WriteQueue<Piece>;
  #partitioner: TopicPartitioner | undefined;
  /** Records of the open transaction that are not yet a piece, by partition. */
  readonly #open = new Map<number, OpenPiece>();
  #openPieces = 0;
  #count = 0;
  #pending: Pending[] = [];
  #commits: Promise<void> = Promise.resolve();
  #cancelPublish: (() => void) | undefined;
  #isFinished = false;

  constructor(context: OperatorContext, spec: TableSinkSpec) {
    super(context);
    this.#spec = spec;
    this.#topic = topicOptions(spec.options).topic;
    this.#prefix = sinkPrefix(context.task.jobId, context.task.operatorId);
    this.#queue = new WriteQueue(
      context.clock,
      MAX_QUEUED_BYTES,
      ({ partition, transaction, bytes, count }) =>
        this.#topics.prepare(this.#topic, partition, transaction, bytes, count),
    );
  }

  override async open(): Promise<void> {
    const { rowType, primaryKey, options } = this.#spec;
    const { wasm, pool, task, restoredOperatorState, configuration } = this.context;
    const partitions = await this.#topics.openTopic(this.#topic, rowType, topicOptions(options).partitions);
    const prepared = new Set(restoredOperatorState.flatMap(transactionsIn));
    const isOurs = (transaction: string): boolean =>
      (subtaskOf(this.#prefix, transaction) ?? -1) % task.parallelism === task.subtask;
    await this.#topics.commit(this.#topic, [...prepared].filter(isOurs));
    const left = await this.#topics.listTransactions(this.#topic, this.#prefix);
    await this.#topics.abort(
      this.#topic,
      left.filter((transaction) => isOurs(transaction) && !prepared.has(transaction)),
    );
    this.#partitioner = new TopicPartitioner(wasm, pool, rowType, partitions, primaryKey, task.subtask);
    if (!isCheckpointed(configuration)) this.#publishLater();
  }

  processBatch(batch: RecordBatch): void {
    for (const records of this.#partitioner?.spread(batch) ?? []) {
      const waiting = this.#open.get(records.partition) ?? { records: [], bytes: 0 };
      this.#open.set(records.partition, waiting);
      waiting.records.push(records);
      waiting.bytes += records.bytes.length;
      if (waiting.bytes >= PIECE_BYTES) this.#flush(records.partition, waiting);
    }
  }

  override blocked(): Promise<void> | undefined {
    return this.#queue.full();
  }

  override snapshotState(checkpointId: number): OperatorSnapshot {
    this.#closeTransaction(checkpointId);
    const pending = this.#pending.map(({ transaction, checkpointId: id }) => [transaction, id]);
    return { state: { pending }, completion: this.#queue.drained() };
  }

  override notifyCheckpointComplete(checkpointId: number): Promise<void> {
    return this.#commitUpTo(checkpointId);
  }

  override async finish(): Promise<void> {
    this.#cancelPublish?.();
    this.#isFinished = true;
    // With checkpoints the last one commits, so that a failure elsewhere in the job brings no row twice.
    if (isCheckpointed(this.context.configuration)) return;
    await this.#publish();
  }

  override close(): void {
    this.#cancelPublish?.();
    this.#queue.close();
    this.#partitioner?.release();
    this.#partitioner = undefined;
    // What no checkpoint names will never be committed. If this does not succeed, the next start does it.
    if (this.#openPieces > 0)
      this.context.host.topics?.abort(this.#topic, [this.#transaction]).catch(() => {});
  }

  get #topics(): TopicStore {
    const { topics } = this.context.host;
    if (!topics) throw new RuntimeFailure('Topics are not supported here: there is no store for them.');
    return topics;
  }

  get #transaction(): string {
    const { subtask } = this.context.task;
    return transactionName(this.#prefix, { subtask, life: this.#life, count: this.#count });
  }

  /** Makes a piece of what is open for a partition. */
  #flush(partition: number, { records, bytes: size }: OpenPiece): void {
    this.#open.delete(partition);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const piece of records) {
      bytes.set(piece.bytes, at);
      at += piece.bytes.length;
    }
    const count = records.reduce((sum, piece) => sum + piece.count, 0);
    this.#openPieces++;
    this.#queue.add({ transaction: this.#transaction, partition, bytes, count }, size);
  }

  #closeTransaction(checkpointId: number): void {
    for (const [partition, piece] of [...this.#open]) this.#flush(partition, piece);
    if (this.#openPieces === 0) return;
    this.#pending.push({ transaction: this.#transaction, checkpointId });
    this.#openPieces = 0;
    this.#count++;
  }

  /** One after the other, so that records become visible in the order of the checkpoints. */
  #commitUpTo(checkpointId: number): Promise<void> {
    const commit = this.#commits.then(() => this.#commit(checkpointId));
    this.#commits = commit.catch(() => {});
    return commit;
  }

  async #commit(checkpointId: number): Promise<void> {
    const due = this.#pending.filter((pending) => pending.checkpointId <= checkpointId);
    try {
      await this.#topics.commit(
        this.#topic,
        due.map(({ transaction }) => transaction),
      );
    } catch (error) {
      // They stay pending, and the next checkpoint commits them, if there is to be one.
      if (error instanceof StoreFullError && !this.#isFinished) return;
      throw error;
    }
    this.#pending = this.#pending.filter((pending) => !due.includes(pending));
  }

  #publishLater(): void {
    const { clock } = this.context;
    this.#cancelPublish = clock.schedule(clock.now() + PUBLISH_MS, () => {
      this.#publishLater();
      this.#publish().catch((error: unknown) => this.context.fail(error));
    });
  }

  /** Commits what is there, without a checkpoint. */
  async #publish(): Promise<void> {
    this.#closeTransaction(0);
    await this.#queue.drained();
    await this.#commitUpTo(0);
  }
}

function transactionsIn(state: Json): string[] {
  if (typeof state !== 'object' || state === null || !('pending' in state)) return [];
  return (state as unknown as SinkState).pending.map(([transaction]) => transaction);
}
