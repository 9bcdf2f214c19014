import { BatchEncoder } from '../../data/batch-codec.ts';
import type { RecordBatch } from '../../data/record-batch.ts';
import { decodeRows } from '../../data/row-decoder.ts';
import type { Value } from '../../data/value.ts';
import { valueText } from '../../data/value-text.ts';
import type { TableSinkSpec } from '../../operators/operator-spec.ts';
import type { FileAccess, OperatorContext, OperatorSnapshot } from '../../operators/stream-operator.ts';
import type { Json } from '../../state/paged-state.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import { isCheckpointed } from '../checkpointing.ts';
import { createRowEncoder } from '../formats/formats.ts';
import type { RowEncoder } from '../formats/row-format.ts';
import { OptionReader } from '../option-reader.ts';
import { SinkOperator } from '../sink-operator.ts';
import { FILESYSTEM_OPTIONS } from './filesystem-descriptor.ts';

/** A file that is complete and waits for its checkpoint: written under a hidden name, to be given its own. */
interface PendingFile {
  readonly hidden: string;
  readonly path: string;
  readonly checkpointId: number;
  /** Set until it is written: a checkpoint that fails for want of space leaves it to the next. */
  content?: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Writes text files exactly once: rows are collected for a part file of their partition; a barrier closes the files and writes them under hidden names (which
 * no source reads), the checkpoint's completion renames them, and so does a restore from it. At the end of a job without checkpoints they are renamed at once.
 */
export class FileSystemSink extends SinkOperator {
  readonly #spec: TableSinkSpec;
  readonly #encoder: BatchEncoder;
  readonly #format: RowEncoder;
  readonly #written: readonly number[];
  readonly #folder: string;
  readonly #nullName: string;
  readonly #life = crypto.randomUUID().slice(0, 8);
  /** Lines by partition folder. */
  readonly #open = new Map<string, string[]>();
  #pending: PendingFile[] = [];
  #count = 0;

  constructor(context: OperatorContext, spec: TableSinkSpec) {
    super(context);
    this.#spec = spec;
    this.#encoder = new BatchEncoder(context.wasm, context.pool, spec.rowType);
    this.#written = spec.rowType.fields.map((_, i) => i).filter((i) => !spec.partitionKeys.includes(i));
    const fields = this.#written.map((i) => spec.rowType.fields[i]!); // indexes of fields
    this.#format = createRowEncoder(spec.options, { ...spec.rowType, fields });
    const options = new OptionReader(spec.options, FILESYSTEM_OPTIONS);
    this.#folder = options.requiredText('path').replace(/\/+$/, '');
    this.#nullName = options.requiredText('partition.default-name');
  }

  override async open(): Promise<void> {
    const { task, restoredOperatorState } = this.context;
    const left = restoredOperatorState.flatMap(filesIn);
    for (const file of left.filter((_, i) => i % task.parallelism === task.subtask))
      await this.#publish(file);
  }

  processBatch(batch: RecordBatch): void {
    for (const { values } of decodeRows(this.#encoder.encode(batch), this.#spec.rowType)) {
      const folder = this.#partitionOf(values);
      let lines = this.#open.get(folder);
      if (!lines) this.#open.set(folder, (lines = []));
      lines.push(this.#format.encode(this.#written.map((i) => values[i] ?? null)));
    }
  }

  override snapshotState(checkpointId: number): OperatorSnapshot {
    const closed = this.#closeFiles(checkpointId);
    const state = this.#pending.map(({ hidden, path, checkpointId: id }) => [hidden, path, id]);
    return { state, completion: closed };
  }

  override async notifyCheckpointComplete(checkpointId: number): Promise<void> {
    const complete = this.#pending.filter((file) => file.checkpointId <= checkpointId);
    this.#pending = this.#pending.filter((file) => file.checkpointId > checkpointId);
    for (const file of complete) await this.#publish(file);
  }

  override async finish(): Promise<void> {
    if (isCheckpointed(this.context.configuration)) return; // the last checkpoint publishes
    await this.#closeFiles(0);
    await this.notifyCheckpointComplete(0);
  }

  override close(): void {
    this.#encoder.release();
  }

  async #closeFiles(checkpointId: number): Promise<void> {
    for (const [folder, lines] of this.#open) {
      const name = `part-${this.#life}-${this.context.task.subtask}-${this.#count++}`;
      const content = new TextEncoder().encode(lines.join(''));
      this.#pending.push({ hidden: `${folder}/.${name}`, path: `${folder}/${name}`, checkpointId, content });
    }
    this.#open.clear();
    for (const file of this.#pending) {
      if (!file.content) continue;
      await this.#files.write(file.hidden, file.content);
      file.content = undefined;
    }
  }

  /** May come twice: a file that is not there any more under its hidden name has been renamed. */
  async #publish({ hidden, path }: PendingFile): Promise<void> {
    const isHidden = await this.#files.list(hidden).then(
      (found) => found.length > 0,
      () => false,
    );
    if (isHidden) await this.#files.rename(hidden, path);
  }

  #partitionOf(values: readonly Value[]): string {
    const { partitionKeys, rowType } = this.#spec;
    const names = partitionKeys.map((i) => {
      const { name, type } = rowType.fields[i]!; // indexes of fields
      const text = valueText(values[i] ?? null, type) || this.#nullName;
      return `${name}=${encodeURIComponent(text)}`;
    });
    return [this.#folder, ...names].join('/');
  }

  get #files(): FileAccess {
    const { files } = this.context.host;
    if (!files) throw new RuntimeFailure('Writing files is not supported here.');
    return files;
  }
}

function filesIn(state: Json): PendingFile[] {
  return (state as readonly (readonly [string, string, number])[]).map(([hidden, path, checkpointId]) => ({
    hidden,
    path,
    checkpointId,
  }));
}
