import { BatchEncoder } from '../../data/batch-codec.ts';
import type { RecordBatch } from '../../data/record-batch.ts';
import { decodeRows } from '../../data/row-decoder.ts';
import type { Value } from '../../data/value.ts';
import type { TableSinkSpec } from '../../operators/operator-spec.ts';
import type { FileAccess, OperatorContext, OperatorSnapshot } from '../../operators/stream-operator.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import { isCheckpointed } from '../checkpointing.ts';
import { newLife } from '../new-life.ts';
import { FormatError } from '../formats/format-error.ts';
import { createRowEncoder } from '../formats/formats.ts';
import type { RowEncoder } from '../formats/row-format.ts';
import { SinkOperator } from '../sink-operator.ts';
import { WriteQueue } from '../write-queue.ts';
import { fileSystemOptions } from './filesystem-descriptor.ts';
import { partFile, partFilesIn, publish, type PartFile } from './part-files.ts';
import { partitionStep } from './partition-path.ts';

/** A part is written at once, so it has to fit memory: larger ones are begun anew. */
const LARGEST_PART = 32 * 1024 * 1024;
const MAX_QUEUED_BYTES = 2 * LARGEST_PART;

interface Pending extends PartFile {
  readonly checkpointId: number;
}

/** Lines for a part file that is still open. */
interface OpenPart {
  lines: string[];
  /** UTF-16 units in `lines`. */
  size: number;
}

interface Write {
  readonly file: PartFile;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Writes files of text exactly once (S-72): rows are collected for a part file in the folder of their partition. A barrier closes the parts and
 * the checkpoint waits until they are written, under hidden names; its completion renames them, and so does a restore from it. A job without
 * checkpoints gives them their names at its end.
 */
export class FileSystemSink extends SinkOperator {
  readonly #spec: TableSinkSpec;
  readonly #encoder: BatchEncoder;
  readonly #format: RowEncoder;
  /** Columns that are in the file: all but those of PARTITIONED BY. */
  readonly #written: readonly number[];
  readonly #partitions: readonly { readonly index: number; readonly field: RowField }[];
  readonly #folder: string;
  readonly #nullName: string;
  readonly #rollingBytes: number;
  readonly #life = newLife();
  readonly #queue: WriteQueue<Write>;
  /** By folder. */
  readonly #open = new Map<string, OpenPart>();
  /** Written or about to be, and in no checkpoint. */
  #closed: PartFile[] = [];
  #pending: Pending[] = [];
  #publishing: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(context: OperatorContext, spec: TableSinkSpec) {
    super(context);
    if (spec.overwrite) throw new RuntimeFailure(`INSERT OVERWRITE of ${spec.table} is not supported.`);
    this.#spec = spec;
    const { fields } = spec.rowType;
    this.#encoder = new BatchEncoder(context.wasm, context.pool, spec.rowType);
    this.#written = fields.flatMap((_, i) => (spec.partitionKeys.includes(i) ? [] : [i]));
    this.#partitions = spec.partitionKeys.map((index) => ({ index, field: fields[index]! })); // columns of the row
    this.#format = createRowEncoder(spec.options, {
      ...spec.rowType,
      fields: this.#written.map((i) => fields[i]!),
    });
    const { path, nullName, rollingBytes } = fileSystemOptions(spec.options);
    this.#folder = path.replace(/\/+$/, '');
    this.#nullName = nullName;
    this.#rollingBytes = Math.min(rollingBytes, LARGEST_PART);
    this.#queue = new WriteQueue(context.clock, MAX_QUEUED_BYTES, ({ file, bytes }) =>
      this.#files.write(file.hidden, bytes),
    );
  }

  override async open(): Promise<void> {
    const { task, restoredOperatorState } = this.context;
    const left = restoredOperatorState.flatMap(partFilesIn);
    for (const file of left.filter((_, i) => i % task.parallelism === task.subtask))
      await publish(this.#files, file);
  }

  processBatch(batch: RecordBatch): void {
    for (const { values } of decodeRows(this.#encoder.encode(batch), this.#spec.rowType)) {
      const folder = this.#folderOf(values);
      let part = this.#open.get(folder);
      if (!part) this.#open.set(folder, (part = { lines: [], size: 0 }));
      const line = this.#encode(values);
      part.lines.push(line);
      part.size += line.length;
      if (part.size >= this.#rollingBytes) this.#close(folder, part);
    }
  }

  override blocked(): Promise<void> | undefined {
    return this.#queue.full();
  }

  override snapshotState(checkpointId: number): OperatorSnapshot {
    this.#closeAll(checkpointId);
    return {
      state: { pending: this.#pending.map(({ hidden, path }) => [hidden, path]) },
      completion: this.#queue.drained(),
    };
  }

  override notifyCheckpointComplete(checkpointId: number): Promise<void> {
    return this.#publishUpTo(checkpointId);
  }

  override async finish(): Promise<void> {
    // With checkpoints the last one publishes, so that a failure elsewhere in the job brings no row twice.
    if (isCheckpointed(this.context.configuration)) return;
    this.#closeAll(0);
    await this.#queue.drained();
    await this.#publishUpTo(0);
  }

  override close(): void {
    this.#queue.close();
    this.#encoder.release();
    // What no checkpoint names is never published; it would only lie there.
    for (const { hidden } of this.#closed) this.context.host.files?.remove(hidden).catch(() => {});
  }

  get #files(): FileAccess {
    const { files } = this.context.host;
    if (!files) throw new RuntimeFailure('Writing files is not supported here.');
    return files;
  }

  #folderOf(values: readonly Value[]): string {
    const steps = this.#partitions.map(({ index, field }) =>
      partitionStep(field, values[index] ?? null, this.#nullName),
    );
    return [this.#folder, ...steps].join('/');
  }

  #encode(values: readonly Value[]): string {
    try {
      return this.#format.encode(this.#written.map((i) => values[i] ?? null));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const field = error.field === undefined ? '' : `, column '${error.field}'`;
      throw new RuntimeFailure(
        `Writing ${this.#spec.table}${field}: ${error.message}.`,
        {},
        { cause: error },
      );
    }
  }

  #close(folder: string, { lines }: OpenPart): void {
    this.#open.delete(folder);
    const file = partFile(folder, this.#life, this.context.task.subtask, this.#count++);
    const bytes = new TextEncoder().encode(lines.join(''));
    this.#closed.push(file);
    this.#queue.add({ file, bytes }, bytes.length);
  }

  #closeAll(checkpointId: number): void {
    for (const [folder, part] of [...this.#open]) this.#close(folder, part);
    this.#pending.push(...this.#closed.map((file) => ({ ...file, checkpointId })));
    this.#closed = [];
  }

  /** One call after the other; a file is forgotten once it has its name. */
  #publishUpTo(checkpointId: number): Promise<void> {
    const publishing = this.#publishing.then(async () => {
      for (const file of this.#pending.filter((pending) => pending.checkpointId <= checkpointId)) {
        await publish(this.#files, file);
        this.#pending = this.#pending.filter((pending) => pending !== file);
      }
    });
    this.#publishing = publishing.catch(() => {});
    return publishing;
  }
}
