import type { Value } from '../../data/value.ts';

/** Makes rows of the text of a file, piece by piece. One decoder reads one file after the other. */
export interface RowDecoder {
  /** Lines passed so far, to name one in an error; set before a file is read on. */
  line: number;
  /**
   * Reads whole records from position `from` on, until there are `maxRows` rows (or a few more, when a record holds several)
   * or the text ends.
   *
   * @param isEnd nothing follows the text: what stands there is a whole record
   * @param rows gets a value a column, NULL for columns that are not read
   * @returns the position behind the last record that was read; what follows it is part of a record, or was not asked for
   * @throws FormatError
   */
  read(text: string, from: number, isEnd: boolean, rows: Value[][], maxRows: number): number;
}

/** Makes text of rows. */
export interface RowEncoder {
  /** A line with its end, or several. */
  encode(values: readonly Value[]): string;
}
