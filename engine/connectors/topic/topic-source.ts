import { BatchDecoder } from '../../data/batch-codec.ts';
import { BATCH_HEADER_BYTES } from '../../data/batch-layout.ts';
import type { Column } from '../../data/column.ts';
import { ColumnBuffer } from '../../data/column-buffer.ts';
import { RecordBatch } from '../../data/record-batch.ts';
import type { TableSourceSpec } from '../../operators/operator-spec.ts';
import {
  SourceOperator,
  type OperatorContext,
  type OperatorSnapshot,
  type TopicStore,
} from '../../operators/stream-operator.ts';
import type { Json } from '../../state/paged-state.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import { columnMask } from '../absent-columns.ts';
import { topicOptions, type TopicOptions } from './topic-descriptor.ts';

const READ_BYTES = 1 << 20;
const CHUNKS_AHEAD = 2;
/** Commits are announced; should an announcement get lost, the source looks by itself. */
const LOOK_MS = 1000;

/** Batches that were read and not yet emitted. */
interface Chunk {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the first row of the first batch. */
  offset: number;
}

/** How far a partition is read. */
interface PartitionReader {
  readonly partition: number;
  /** Of the next row to emit. */
  offset: number;
  /** Where a bounded source stops. */
  readonly end: number;
  readonly chunks: Chunk[];
  /** Of the first row that is in no chunk. */
  readOffset: number;
  isReading: boolean;
  /** There was nothing when it was last read. */
  isDry: boolean;
}

interface SourceState {
  readonly offsets: readonly (readonly [partition: number, offset: number, end: number])[];
}

/**
 * Reads a topic by offset. Partition k belongs to subtask k modulo the parallelism; its position is operator state, so nothing is read
 * twice after a restart, at any parallelism.
 */
export class TopicSource extends SourceOperator {
  readonly #spec: TableSourceSpec;
  readonly #options: TopicOptions;
  /** The topic's columns: the table's without metadata. */
  readonly #rowType: RowType;
  readonly #decoder: BatchDecoder;
  readonly #mask: (batch: RecordBatch) => RecordBatch;
  readonly #metadata: readonly ColumnBuffer[];
  readonly #readers: PartitionReader[] = [];
  #turn = 0;
  #emitted = 0;
  #unsubscribe: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(context: OperatorContext, spec: TableSourceSpec) {
    super(context);
    this.#spec = spec;
    this.#options = topicOptions(spec.options);
    const physical = spec.rowType.fields.length - spec.metadata.length;
    this.#rowType = { ...spec.rowType, fields: spec.rowType.fields.slice(0, physical) };
    this.#decoder = new BatchDecoder(context.wasm, context.pool, this.#rowType);
    this.#mask = columnMask(spec.rowType, spec.required);
    this.#metadata = spec.rowType.fields
      .slice(physical)
      .map((field) => new ColumnBuffer(context.pool, field.type));
  }

  override async open(): Promise<void> {
    const { topic, partitions } = this.#options;
    const { subtask, parallelism } = this.context.task;
    const count = await this.#topics.openTopic(topic, this.#rowType, partitions);
    for (let partition = subtask; partition < count; partition += parallelism) {
      const { offset, end } = await this.#positionOf(partition);
      this.#readers.push({
        partition,
        offset,
        end,
        chunks: [],
        readOffset: offset,
        isReading: false,
        isDry: false,
      });
    }
    this.#unsubscribe = this.#topics.onCommit(topic, () => this.#look());
    this.#lookLater();
  }

  poll(): 'more' | 'nothing' | 'end' {
    if (this.#emitted >= (this.#spec.limit ?? Infinity)) return 'end';
    let isEnd = true;
    for (let i = 0; i < this.#readers.length; i++) {
      const reader = this.#readers[this.#turn++ % this.#readers.length]!; // not empty
      if (reader.offset >= reader.end) continue;
      isEnd = false;
      this.#readAhead(reader);
      const [chunk] = reader.chunks;
      if (!chunk) continue;
      this.#emit(reader, chunk);
      return 'more';
    }
    return isEnd ? 'end' : 'nothing';
  }

  override whenAvailable(): Promise<void> {
    const isWaiting = ({ chunks, isReading, isDry }: PartitionReader): boolean =>
      chunks.length === 0 && (isReading || isDry);
    if (!this.#readers.every((reader) => reader.offset >= reader.end || isWaiting(reader)))
      return Promise.resolve();
    return new Promise((resolve) => (this.#wake = resolve));
  }

  override snapshotState(): OperatorSnapshot {
    return {
      state: { offsets: this.#readers.map(({ partition, offset, end }) => [partition, offset, end]) },
    };
  }

  override close(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.#cancelLook?.();
    this.#wake?.();
    this.#decoder.release();
    for (const buffer of this.#metadata) buffer.release();
  }

  get #topics(): TopicStore {
    const { topics } = this.context.host;
    if (!topics) throw new RuntimeFailure('Topics are not supported here: there is no store for them.');
    return topics;
  }

  async #positionOf(partition: number): Promise<{ offset: number; end: number }> {
    const { topic, startsAtEnd, isBounded } = this.#options;
    const last = await this.#topics.endOffset(topic, partition);
    for (const [restored, offset, end] of this.context.restoredOperatorState.flatMap(offsetsIn)) {
      if (restored !== partition) continue;
      if (offset <= last) return { offset, end };
      throw new RuntimeFailure(
        `Partition ${partition} of topic '${topic}' has ${last} rows, and the job had read ${offset}: the topic was removed meanwhile.`,
      );
    }
    return { offset: startsAtEnd ? last : 0, end: isBounded ? last : Number.MAX_SAFE_INTEGER };
  }

  #readAhead(reader: PartitionReader): void {
    if (reader.isReading || reader.isDry || reader.chunks.length >= CHUNKS_AHEAD) return;
    reader.isReading = true;
    this.#topics.read(this.#options.topic, reader.partition, reader.readOffset, READ_BYTES).then(
      (read) => {
        reader.isReading = false;
        if (read) {
          reader.chunks.push({ bytes: read.records, offset: read.nextOffset - read.count });
          reader.readOffset = read.nextOffset;
        } else reader.isDry = true;
        this.#wakeUp();
      },
      (error: unknown) => {
        if (!this.#isClosed) this.context.fail(error);
      },
    );
  }

  /** The first batch of a chunk, from the row on that is due. */
  #emit(reader: PartitionReader, chunk: Chunk): void {
    const { partition, offset, end } = reader;
    const header = new DataView(chunk.bytes.buffer, chunk.bytes.byteOffset, BATCH_HEADER_BYTES);
    const size = header.getUint32(0, true);
    const batch = this.#decoder.load(chunk.bytes.subarray(0, size));
    const from = offset - chunk.offset;
    const left = (this.#spec.limit ?? Infinity) - this.#emitted;
    const to = Math.min(batch.rowCount, end - chunk.offset, from + left);
    chunk.bytes = chunk.bytes.subarray(size);
    chunk.offset += batch.rowCount;
    if (chunk.bytes.length === 0) reader.chunks.shift();
    reader.offset = offset + to - from;
    this.#emitted += to - from;
    const rows = batch.slice(from, to);
    const columns = [...rows.columns, ...this.#metadataColumns(rows.rowCount, partition, offset)];
    this.output.emit(this.#mask(new RecordBatch(rows.rowCount, columns, rows.kinds)));
  }

  #metadataColumns(rows: number, partition: number, offset: number): Column[] {
    const { memory } = this.context.wasm;
    return this.#metadata.map((buffer, i) => {
      if (this.#spec.metadata[i] === 'partition') {
        new Int32Array(memory.buffer, buffer.values, rows).fill(partition);
      } else {
        const words = new Uint32Array(memory.buffer, buffer.values, rows * 2);
        for (let row = 0; row < rows; row++) {
          words[2 * row] = offset + row;
          words[2 * row + 1] = Math.floor((offset + row) / 2 ** 32);
        }
      }
      return buffer.column(undefined, false);
    });
  }

  /** There may be new records. */
  #look(): void {
    for (const reader of this.#readers) reader.isDry = false;
    this.#wakeUp();
  }

  #lookLater(): void {
    const { clock } = this.context;
    this.#cancelLook = clock.schedule(clock.now() + LOOK_MS, () => {
      this.#look();
      this.#lookLater();
    });
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function offsetsIn(state: Json): SourceState['offsets'] {
  if (typeof state !== 'object' || state === null || !('offsets' in state)) return [];
  return (state as unknown as SourceState).offsets;
}
