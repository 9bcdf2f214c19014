import type { FileAccess } from '../../operators/stream-operator.ts';

/** How many bytes files have, and how long their first lines are. */
export interface FileSample {
  readonly bytes: number;
  readonly lines: number;
  /** Bytes of those lines with a line end of one byte each. */
  readonly lineBytes: number;
}

// As many as Flink looks at.
const SAMPLED_LINES = 100;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Rejects if there is no such file. */
export async function sampleFiles(files: FileAccess, path: string): Promise<FileSample> {
  const found = await files.list(path);
  let bytes = 0;
  let lines = 0;
  let lineBytes = 0;
  for (const { path: file, size } of found) {
    bytes += size;
    if (lines >= SAMPLED_LINES) continue;
    for await (const length of lineLengths(files.read(file, 0))) {
      lineBytes += length + 1;
      if (++lines === SAMPLED_LINES) break;
    }
  }
  return { bytes, lines, lineBytes };
}

/** Lengths of lines in bytes, without their ends. */
async function* lineLengths(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<number> {
  let length = 0;
  let isAfterReturn = false;
  for await (const piece of pieces) {
    for (const byte of piece) {
      if (byte === NEWLINE) {
        yield isAfterReturn ? length - 1 : length;
        length = 0;
      } else length++;
      isAfterReturn = byte === CARRIAGE_RETURN;
    }
  }
  if (length > 0) yield length;
}

/** Rows of files of one row a line, guessed from their size; undefined where nothing is known. */
export function estimatedRows({ bytes, lines, lineBytes }: FileSample): number | undefined {
  const sampled = lines < SAMPLED_LINES ? bytes : lineBytes;
  return sampled === 0 ? undefined : Math.trunc((bytes * Math.min(lines, SAMPLED_LINES)) / sampled);
}
