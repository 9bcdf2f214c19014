/** From offsets, which the tree keeps, to lines and columns, which people read. */

import type { SqlPosition } from '../../../types/errors.ts';
import type { Span } from './node.ts';

/** Line and column, both from 1, of an offset. `\n`, `\r\n` and a lone `\r` end a line; a column is a UTF-16 unit. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  const end = Math.min(offset, text.length);
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) {
      line++;
      lineStart = i + 1;
    }
  }
  return { line, column: end - lineStart + 1 };
}

/** The same for one text that is asked for many places: its lines are found once. */
export class LinePositions {
  readonly #length: number;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#length = text.length;
    const starts = [0];
    for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
    this.#starts = starts;
  }

  /** The position of a span. */
  of({ start, end }: Span): SqlPosition {
    const from = this.#at(start);
    const to = this.#at(end);
    return { ...from, endLine: to.line, endColumn: to.column, start, end };
  }

  #at(offset: number): { line: number; column: number } {
    const at = Math.min(offset, this.#length);
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: at - this.#starts[low]! + 1 };
  }
}

/** The position of a span, as errors carry it. */
export function positionOf(text: string, { start, end }: Span): SqlPosition {
  const from = positionAt(text, start);
  const to = positionAt(text, end);
  return { ...from, endLine: to.line, endColumn: to.column, start, end };
}
