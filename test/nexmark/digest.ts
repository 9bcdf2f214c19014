import type { ChangelogRow } from '../../engine/data/value.ts';
import { valueText } from '../../engine/data/value-text.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { RowKind } from '../../engine/types/row-kind.ts';

/**
 * A result as a count and a hash, so that half a million rows can be compared with Flink's: a row's text is its JSON array of cell texts, its
 * hash 64-bit FNV-1a of the UTF-8 bytes; `+I` and `+U` add, `-U` and `-D` take away, modulo 2^64.
 */
export class ResultDigest {
  readonly #type: RowType;
  readonly #encoder = new TextEncoder();
  readonly #bytes = new Uint8Array(65_536);
  #rows = 0;
  #high = 0;
  #low = 0;

  constructor(type: RowType) {
    this.#type = type;
  }

  add({ kind, values }: ChangelogRow): void {
    const cells = this.#type.fields.map(({ type }, i) => JSON.stringify(valueText(values[i] ?? null, type)));
    const { written } = this.#encoder.encodeInto(`[${cells.join(', ')}]`, this.#bytes);
    let high = 0xcbf29ce4;
    let low = 0x84222325;
    for (let i = 0; i < written; i++) {
      low = (low ^ this.#bytes[i]!) >>> 0;
      // times 2^40 + 435, in two halves
      const product = low * 435;
      high = (Math.imul(high, 435) + Math.floor(product / 4294967296) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
    const sign = kind === RowKind.INSERT || kind === RowKind.UPDATE_AFTER ? 1 : -1;
    this.#rows += sign;
    const sum = this.#low + sign * low;
    this.#high = (this.#high + sign * high + Math.floor(sum / 4294967296)) >>> 0;
    this.#low = sum >>> 0;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Sixteen hexadecimal digits. */
  get hash(): string {
    return this.#high.toString(16).padStart(8, '0') + this.#low.toString(16).padStart(8, '0');
  }
}
