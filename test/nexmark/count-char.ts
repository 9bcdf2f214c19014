import type { TableEnvironment } from '../../engine/api/table-environment.ts';
import { NEXMARK_QUERIES } from '../../ui/examples/nexmark.ts';

/** Nexmark's function of q14, how often a character occurs in a text: called for each row, and for whole columns of bytes. */
export const COUNT_CHAR = `
export const per_row = {
  kind: 'scalar',
  parameters: ['STRING', 'STRING'],
  returns: 'INT',
  eval(text, character) {
    if (text === null) return null;
    let count = 0;
    const code = character.charCodeAt(0);
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === code) count++;
    return count;
  },
};

/**
 * Characters of ASCII, of which UTF-8 has one byte each and no other, in texts below a thousand bytes. Four bytes at a time: a byte of \`equal\` is 1
 * where the text has the character, and \`counts\` has four sums side by side.
 */
export const whole_column = {
  kind: 'scalar',
  parameters: ['STRING', 'STRING'],
  returns: 'INT',
  evalColumns([texts, characters], rows) {
    const { bytes, views, validity } = texts;
    const words = new Int32Array(bytes.buffer, 0, bytes.length >>> 2);
    const code = characters.values[0].charCodeAt(0);
    const pattern = Math.imul(code, 0x01010101);
    const values = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      let at = views[2 * row];
      const end = at + views[2 * row + 1];
      let count = 0;
      for (; at < end && (at & 3) !== 0; at++) if (bytes[at] === code) count++;
      let counts = 0;
      for (const last = end - 3; at < last; at += 4) {
        const other = words[at >>> 2] ^ pattern;
        const equal = ~(((other & 0x7f7f7f7f) + 0x7f7f7f7f) | other | 0x7f7f7f7f) >>> 7;
        counts = (counts + equal) | 0;
      }
      for (; at < end; at++) if (bytes[at] === code) count++;
      values[row] = count + (Math.imul(counts, 0x01010101) >>> 24);
    }
    return { values, validity };
  },
};
`;

export type CountChar = 'per_row' | 'whole_column';

/** q14 as Nexmark has it, with \`count_char\`. */
export function q14WithFunction(): string {
  const { sql } = NEXMARK_QUERIES.find(({ id }) => id === 'q14')!; // it is there
  const call = "count_char(extra, 'c')";
  const changed = sql.replace("CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', ''))", call);
  if (!changed.includes(call)) throw new Error('q14 counts in another way');
  return changed;
}

export async function createCountChar(environment: TableEnvironment, form: CountChar): Promise<void> {
  environment.registerModule('count-char', COUNT_CHAR);
  await environment.executeSql(
    `CREATE TEMPORARY FUNCTION count_char AS 'count-char#${form}' LANGUAGE JAVASCRIPT`,
  );
}
