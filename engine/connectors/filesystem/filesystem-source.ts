import { BatchBuilder } from '../../data/batch-builder.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { Value } from '../../data/value.ts';
import { leafTypes } from '../../data/column.ts';
import type { TableSourceSpec } from '../../operators/operator-spec.ts';
import {
  type FileAccess,
  type OperatorContext,
  type OperatorSnapshot,
  SourceOperator,
} from '../../operators/stream-operator.ts';
import type { Json } from '../../state/paged-state.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import { FormatError } from '../formats/format-error.ts';
import { createRowDecoder } from '../formats/formats.ts';
import type { RowDecoder } from '../formats/row-format.ts';
import { FileText } from './file-text.ts';

/** How far a file was read: bytes and lines. A file that was read to its end has no entry any more. */
interface FileSplit {
  readonly path: string;
  offset: number;
  line: number;
}

/**
 * Reads files of text to their end, one after the other in the order of their names. Files are dealt out to the subtasks; after a restore
 * those that are left are dealt out anew, each from where it was read to.
 */
export class FileSystemSource extends SourceOperator {
  readonly #spec: TableSourceSpec;
  readonly #builder: BatchBuilder;
  readonly #decoder: RowDecoder;
  #splits: FileSplit[] = [];
  #text: FileText | undefined;
  #isClosed = false;

  constructor(context: OperatorContext, spec: TableSourceSpec) {
    super(context);
    this.#spec = spec;
    this.#builder = new BatchBuilder(context.wasm, context.pool, spec.rowType, spec.required);
    this.#decoder = createRowDecoder(spec.options, spec.rowType, readColumns(spec));
  }

  override async open(): Promise<void> {
    const { task, isRestored, restoredOperatorState } = this.context;
    const all = isRestored ? restoredOperatorState.flatMap(splitsIn) : await this.#discover();
    all.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    this.#splits = all.filter((_, i) => i % task.parallelism === task.subtask);
  }

  poll(): 'more' | 'nothing' | 'end' {
    const [split] = this.#splits;
    if (!split) return 'end';
    this.#text ??= this.#openFile(split);
    const text = this.#text;
    text.readAhead();
    const rows: Value[][] = [];
    const read = this.#decode(split, text, rows);
    const hasMoved = read > text.position;
    text.advance(read);
    if (text.isEnd && read >= text.text.length) this.#nextFile();
    if (rows.length === 0) return hasMoved || text.isEnd ? 'more' : 'nothing';
    for (const row of rows) this.#builder.append(row);
    this.output.emit(this.#builder.build());
    this.#builder.reset();
    return 'more';
  }

  override async whenAvailable(): Promise<void> {
    await this.#text?.more();
  }

  override snapshotState(): OperatorSnapshot {
    const [current, ...rest] = this.#splits;
    const splits =
      this.#splits.length === 0 || !this.#text ? this.#splits : [this.#reached(current!), ...rest]; // not empty
    return { state: { files: splits.map(({ path, offset, line }) => [path, offset, line]) } };
  }

  override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    void this.#text?.close();
    this.#builder.release();
  }

  #reached({ path }: FileSplit): FileSplit {
    return { path, offset: this.#text!.offset(), line: this.#decoder.line }; // called while a file is open
  }

  #openFile({ path, offset, line }: FileSplit): FileText {
    this.#decoder.line = line;
    return new FileText(this.#files, path, offset);
  }

  #nextFile(): void {
    void this.#text?.close();
    this.#text = undefined;
    this.#splits.shift();
  }

  #decode({ path }: FileSplit, { text, position, isEnd }: FileText, rows: Value[][]): number {
    try {
      return this.#decoder.read(text, position, isEnd, rows, MAX_BATCH_ROWS);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const field = error.field === undefined ? '' : `, field '${error.field}'`;
      throw new RuntimeFailure(
        `${path}, line ${this.#decoder.line + 1}${field}: ${error.message} ` +
          `'${this.#spec.options['format']}.ignore-parse-errors' = 'true' passes over what cannot be read.`,
        {},
        { cause: error },
      );
    }
  }

  async #discover(): Promise<FileSplit[]> {
    const files = await this.#files.list(this.#spec.options['path'] ?? '');
    return files.map(({ path }) => ({ path, offset: 0, line: 0 }));
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
    const flags = required.slice(leaf, leaf + leaves);
    leaf += leaves;
    return flags.length === 0 || flags.some((isRequired) => isRequired);
  });
}

function splitsIn(state: Json): FileSplit[] {
  const { files } = state as { files: readonly (readonly [string, number, number])[] };
  return files.map(([path, offset, line]) => ({ path, offset, line }));
}
