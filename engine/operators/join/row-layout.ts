import { isView, physicalWidth } from '../../data/column.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';

/** Where a column lies in a stored row. A ROW has no cell, only its NULL bit, and comes before its fields. */
export interface RowCell {
  readonly type: LogicalType;
  readonly offset: number;
  /** Offset of the u32 with the NULL bit, and which bit it is. */
  readonly nullWord: number;
  readonly nullBit: number;
}

/** Offsets from the row's beginning. */
export interface RowSection {
  readonly start: number;
  readonly nullBytes: number;
  readonly textsStart: number;
  readonly textsEnd: number;
  readonly end: number;
  /** Cells by rising offset. */
  readonly cells: readonly number[];
}

/** How rows lie in records and blocks (`join-layout.ts`): the identity's columns, then the others; ROWs are replaced by their fields. */
export class RowLayout {
  /** In the order of the columns, ROWs before their fields. */
  readonly cells: readonly RowCell[];
  readonly identity: RowSection;
  readonly other: RowSection;
  readonly rowBytes: number;

  /** @param identity columns that tell rows of a key apart */
  constructor(type: RowType, identity: ReadonlySet<number>) {
    const leaves: { type: LogicalType; isIdentity: boolean }[] = [];
    const add = (leaf: LogicalType, isIdentity: boolean): void => {
      if (['ARRAY', 'MAP', 'MULTISET', 'SYMBOL'].includes(leaf.root)) {
        throw new RuntimeFailure(`A join of rows with a column of type ${leaf.root} is not supported.`);
      }
      leaves.push({ type: leaf, isIdentity });
      if (leaf.root === 'ROW') for (const field of leaf.fields) add(field.type, isIdentity);
    };
    type.fields.forEach((field, index) => add(field.type, identity.has(index)));
    const cells: RowCell[] = [];
    const layOut = (start: number, isIdentity: boolean): RowSection => {
      const own = leaves.flatMap((leaf, index) => (leaf.isIdentity === isIdentity ? [index] : []));
      const nullBytes = roundUp(Math.ceil(own.length / 32) * 4);
      own.forEach((index, i) => {
        const nullWord = start + 4 * Math.floor(i / 32);
        cells[index] = { type: leaves[index]!.type, offset: 0, nullWord, nullBit: i % 32 };
      });
      const byWidth = [...own].sort((a, b) => rank(leaves[b]!.type) - rank(leaves[a]!.type));
      const textsStart = start + nullBytes;
      let at = textsStart;
      let textsEnd = textsStart;
      for (const index of byWidth) {
        const cell = cells[index]!; // made above
        cells[index] = { ...cell, offset: at };
        at += cellBytes(cell.type);
        if (isView(cell.type)) textsEnd = at;
      }
      return { start, nullBytes, textsStart, textsEnd, end: roundUp(at), cells: byWidth };
    };
    this.identity = layOut(0, true);
    this.other = layOut(this.identity.end, false);
    this.cells = cells;
    this.rowBytes = this.other.end;
  }
}

function cellBytes(type: LogicalType): number {
  return isView(type) ? 16 : physicalWidth(type);
}

/** Texts first, ROWs last. */
function rank(type: LogicalType): number {
  return isView(type) ? 17 : physicalWidth(type);
}

function roundUp(bytes: number): number {
  return (bytes + 7) & ~7;
}
