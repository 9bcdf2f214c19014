import { BatchBuilder } from '../../data/batch-builder.ts';
import { leafTypes } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { Value } from '../../data/value.ts';
import type { TableSourceSpec } from '../../operators/operator-spec.ts';
import {
  SourceOperator,
  type FileAccess,
  type OperatorContext,
  type OperatorSnapshot,
} from '../../operators/stream-operator.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import { FormatError } from '../formats/format-error.ts';
import { createRowDecoder } from '../formats/formats.ts';
import type { RowDecoder } from '../formats/row-format.ts';
import { restoreSplits, stateOf, subtaskOfFile, type FileSplit } from './file-splits.ts';
import { FileText } from './file-text.ts';
import { fileSystemOptions, type FileSystemOptions } from './filesystem-descriptor.ts';
import { partitionValues } from './partition-path.ts';

/** A column of the table: read from the file, from its folders, or from what is known of it. */
type ColumnSource =
  | { readonly kind: 'format' | 'partition'; readonly index: number }
  | { readonly kind: 'metadata'; readonly key: string };

/** The file that is being read. */
interface OpenFile {
  readonly split: FileSplit;
  readonly text: FileText;
  /** Values of partition and metadata columns. */
  readonly constants: readonly Value[];
  /** Decoded and not emitted. */
  rows: Value[][];
  /** UTF-16 units of the text that were decoded. */
  used: number;
  /** Nothing more can be decoded of the text as it is. */
  isUsedUp: boolean;
  /** Byte offset, lines before it, and rows emitted (or skipped) since: what a checkpoint holds. */
  cut: number;
  cutLine: number;
  emitted: number;
  /** Rows from the cut on that were emitted before a restore. */
  skip: number;
}

/**
 * Reads files of text, one after the other in the order of their names; files are split over the subtasks (S-93).
 *
 * The position in a file is a byte offset between two records and the number of rows emitted since, so a restart reads on exactly there. With
 * `source.monitor-interval` the table does not end, and files that turn up are read once each.
 */
export class FileSystemSource extends SourceOperator {
  readonly #spec: TableSourceSpec;
  readonly #options: FileSystemOptions;
  readonly #builder: BatchBuilder;
  readonly #decoder: RowDecoder;
  readonly #columns: readonly ColumnSource[];
  readonly #partitionColumns: readonly RowField[];
  readonly #seen = new Set<string>();
  #splits: FileSplit[] = [];
  #file: OpenFile | undefined;
  #emitted = 0;
  #looking: Promise<void> | undefined;
  #cancelLook: (() => void) | undefined;
  #isClosed = false;

  constructor(context: OperatorContext, spec: TableSourceSpec) {
    super(context);
    this.#spec = spec;
    this.#options = fileSystemOptions(spec.options);
    this.#builder = new BatchBuilder(context.wasm, context.pool, spec.rowType, spec.required);
    const { rowType, metadata, partitionKeys = [] } = spec;
    const physical = rowType.fields.slice(0, rowType.fields.length - metadata.length);
    const inFile = physical.filter(({ name }) => !partitionKeys.includes(name));
    this.#partitionColumns = partitionKeys.flatMap((key) => physical.find(({ name }) => name === key) ?? []);
    this.#columns = rowType.fields.map(({ name }, i): ColumnSource => {
      const key = metadata[i - physical.length];
      if (i >= physical.length && key !== undefined) return { kind: 'metadata', key };
      const index = partitionKeys.indexOf(name);
      if (index >= 0) return { kind: 'partition', index };
      return { kind: 'format', index: inFile.findIndex((field) => field.name === name) };
    });
    const isRead = readColumns(spec);
    const isReadInFile = isRead.filter((_, i) => this.#columns[i]?.kind === 'format');
    this.#decoder = createRowDecoder(spec.options, { ...rowType, fields: inFile }, isReadInFile);
  }

  override async open(): Promise<void> {
    const { task, isRestored, restoredOperatorState } = this.context;
    if (isRestored) {
      const { splits, seen } = restoreSplits(task, restoredOperatorState);
      this.#splits = [...splits];
      for (const path of seen) this.#seen.add(path);
    } else await this.#discover();
  }

  poll(): 'more' | 'nothing' | 'end' {
    if (this.#emitted >= (this.#spec.limit ?? Infinity)) return 'end';
    const file = (this.#file ??= this.#openNext());
    if (!file) return this.#options.monitorMs === undefined ? 'end' : 'nothing';
    file.text.readAhead();
    this.#decode(file);
    if (file.rows.length > 0) {
      this.#emit(file);
      return 'more';
    }
    if (!file.isUsedUp) return 'more'; // lines without rows
    const isEnd = file.text.isEnd && file.used === file.text.text.length;
    if (isEnd) {
      this.#closeFile();
      return 'more';
    }
    const hasMore = file.text.next(file.used);
    file.used = 0;
    if (file.text.cut !== file.cut) {
      file.cut = file.text.cut;
      file.cutLine = this.#decoder.line;
      file.skip = Math.max(0, file.skip - file.emitted);
      file.emitted = 0;
    }
    file.isUsedUp = !hasMore && !file.text.isEnd;
    return hasMore || file.text.isEnd ? 'more' : 'nothing';
  }

  override whenAvailable(): Promise<void> {
    return this.#file
      ? this.#file.text.more()
      : (this.#looking ??= this.#lookLater().catch((error: unknown) => this.context.fail(error)));
  }

  override snapshotState(): OperatorSnapshot {
    const splits = [...this.#splits];
    if (this.#file) {
      const { split, cut, cutLine, emitted, skip } = this.#file;
      splits.unshift({ ...split, offset: cut, line: cutLine, skip: Math.max(emitted, skip) });
    }
    return { state: stateOf(this.context.task, splits, this.#seen) };
  }

  override close(): void {
    this.#isClosed = true;
    this.#cancelLook?.();
    this.#closeFile();
    this.#builder.release();
  }

  #openNext(): OpenFile | undefined {
    const split = this.#splits.shift();
    if (!split) return undefined;
    const { path, offset, line, skip } = split;
    this.#decoder.line = line;
    return {
      split,
      text: new FileText(this.#files, path, offset),
      constants: this.#constantsOf(split),
      rows: [],
      used: 0,
      isUsedUp: false,
      cut: offset,
      cutLine: line,
      emitted: 0,
      skip,
    };
  }

  #closeFile(): void {
    this.#file?.text.close();
    this.#file = undefined;
  }

  #decode(file: OpenFile): void {
    if (file.rows.length >= MAX_BATCH_ROWS || file.isUsedUp) return;
    const { text, isEnd } = file.text;
    const before = file.rows.length;
    const from = file.used;
    try {
      file.used = this.#decoder.read(text, from, isEnd, file.rows, MAX_BATCH_ROWS);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw this.#unreadable(file.split.path, error);
    }
    file.isUsedUp = file.used === text.length || (file.used === from && file.rows.length === before);
  }

  #emit(file: OpenFile): void {
    const left = (this.#spec.limit ?? Infinity) - this.#emitted;
    const skipped = Math.min(file.rows.length, Math.max(0, file.skip - file.emitted));
    const rows = file.rows.slice(skipped, skipped + Math.min(MAX_BATCH_ROWS, left));
    file.rows = file.rows.slice(skipped + rows.length);
    file.emitted += skipped + rows.length;
    this.#emitted += rows.length;
    if (rows.length === 0) return;
    for (const row of rows) this.#builder.append(this.#compose(row, file.constants));
    this.output.emit(this.#builder.build());
  }

  /** The table's columns of a decoded row. */
  #compose(row: Value[], constants: readonly Value[]): readonly Value[] {
    if (constants.length === 0) return row;
    return this.#columns.map((column, i) => (column.kind === 'format' ? row[column.index]! : constants[i]!)); // one a column
  }

  /** A value for each column of the table; nothing if all of them are in the file. */
  #constantsOf({ path, size }: FileSplit): Value[] {
    if (this.#columns.every(({ kind }) => kind === 'format')) return [];
    const partition = partitionValues(path, this.#partitionColumns, this.#options.nullName) ?? [];
    return this.#columns.map((column): Value => {
      if (column.kind !== 'metadata')
        return column.kind === 'format' ? null : (partition[column.index] ?? null);
      if (column.key === 'file.path') return path;
      if (column.key === 'file.name') return path.slice(path.lastIndexOf('/') + 1);
      if (size < Number.MAX_SAFE_INTEGER) return size;
      throw new RuntimeFailure(`The size of ${path} is not known: 'file.size' is not supported for it.`);
    });
  }

  #unreadable(path: string, error: FormatError): RuntimeFailure {
    const field = error.field === undefined ? '' : `, field '${error.field}'`;
    return new RuntimeFailure(
      `${path}, line ${this.#decoder.line}${field}: ${error.message.replace(/\.$/, '')}. ` +
        `'${this.#spec.options['format']}.ignore-parse-errors' = 'true' passes over what cannot be read.`,
      {},
      { cause: error },
    );
  }

  /** Adds the files that are there and were not seen. */
  async #discover(): Promise<void> {
    const { task } = this.context;
    const { path, pattern, monitorMs } = this.#options;
    const found = (await this.#files.list(path)).filter((file) => this.#isOfTable(file.path, pattern));
    const ours = found.filter((file, i) =>
      monitorMs === undefined
        ? i % task.parallelism === task.subtask
        : subtaskOfFile(file.path, task.parallelism) === task.subtask,
    );
    for (const file of ours) {
      if (this.#seen.has(file.path)) continue;
      if (monitorMs !== undefined) this.#seen.add(file.path);
      this.#splits.push({ path: file.path, size: file.size, offset: 0, skip: 0, line: 0 });
    }
  }

  #isOfTable(path: string, pattern: RegExp | undefined): boolean {
    if (pattern && !pattern.test(path)) return false;
    const columns = this.#partitionColumns;
    return columns.length === 0 || partitionValues(path, columns, this.#options.nullName) !== undefined;
  }

  /** Resolves when there is a new file. */
  async #lookLater(): Promise<void> {
    const { clock } = this.context;
    const { monitorMs = 0 } = this.#options;
    while (this.#splits.length === 0 && !this.#isClosed) {
      await new Promise<void>(
        (resolve) => (this.#cancelLook = clock.schedule(clock.now() + monitorMs, resolve)),
      );
      if (!this.#isClosed) await this.#discover();
    }
    this.#looking = undefined;
  }

  get #files(): FileAccess {
    const { files } = this.context.host;
    if (!files) throw new RuntimeFailure('Reading files is not supported here.');
    return files;
  }
}

/** A column is read if any of its leaves is. */
function readColumns({ rowType, required }: TableSourceSpec): boolean[] {
  let leaf = 0;
  return rowType.fields.map(({ type }) => {
    const leaves = type.root === 'ROW' ? leafTypes(type).length : 1;
    const flags = required.slice(leaf, (leaf += leaves));
    return flags.some((isRequired) => isRequired);
  });
}
