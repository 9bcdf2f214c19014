import { createRowDecoder } from '../../../engine/connectors/formats/formats.ts';
import type { RowDecoder } from '../../../engine/connectors/formats/row-format.ts';
import { valueText } from '../../../engine/data/value-text.ts';
import type { Value } from '../../../engine/data/value.ts';
import type { RowType } from '../../../engine/types/logical-type.ts';

/** Rows of a text that comes in pieces of so many characters, as a file reader hands it over. */
export function decodeInPieces(decoder: RowDecoder, text: string, size: number, maxRows = 4096): Value[][] {
  const rows: Value[][] = [];
  let rest = '';
  for (let from = 0; from < text.length || from === 0; from += size) {
    rest += text.slice(from, from + size);
    const isEnd = from + size >= text.length;
    let at = 0;
    for (;;) {
      const batch: Value[][] = [];
      const end = decoder.read(rest, at, isEnd, batch, maxRows);
      rows.push(...batch);
      const isStuck = end === at && batch.length === 0;
      at = end;
      if (isStuck || at >= rest.length) break;
    }
    rest = rest.slice(at);
  }
  if (rest !== '') throw new Error(`a rest was left: ${rest}`);
  return rows;
}

/** Cells as CAST(... AS STRING) shows them. */
export function decodeTexts(
  text: string,
  rowType: RowType,
  options: Readonly<Record<string, string>>,
  size = 1 << 20,
): (string | null)[][] {
  const decoder = createRowDecoder(options, rowType, []);
  return decodeInPieces(decoder, text, size).map((row) =>
    row.map((value, i) => valueText(value, rowType.fields[i]!.type)),
  );
}
