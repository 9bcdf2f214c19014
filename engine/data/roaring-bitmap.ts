/**
 * A set of 32-bit numbers, in unsigned order: what a BITMAP holds. Its byte form is that of RoaringBitmap (and Flink's
 * BITMAP_TO_BYTES), in which every container has the smallest of its three shapes:
 *
 *   u32 cookie       12347 | (containers - 1) << 16 if a container is of runs, then a bit a container that says which;
 *                    else 12346, then u32 containers
 *   (u16, u16) each  high half of the numbers, count - 1
 *   u32 each         offset of the container, unless there are runs and fewer than four containers
 *   containers       array: u16 each number · bits: 8192 bytes · runs: u16 runs, then (u16 first, u16 length - 1) each
 *
 * Sets never change; operations make new ones.
 */
export class RoaringBitmap {
  static readonly EMPTY = new RoaringBitmap([]);
  readonly #containers: readonly Container[];

  private constructor(containers: readonly Container[]) {
    this.#containers = containers;
  }

  /** Of numbers in any order, signed or unsigned, repeats allowed. */
  static of(numbers: Iterable<number>): RoaringBitmap {
    const sorted = sortedNumbers(numbers);
    const containers: Container[] = [];
    for (let from = 0; from < sorted.length;) {
      const high = sorted[from]! >>> 16;
      let to = from + 1;
      while (to < sorted.length && sorted[to]! >>> 16 === high) to++;
      const low = new Uint16Array(to - from);
      let end = 0;
      for (; from < to; from++) {
        const number = sorted[from]! & 0xffff;
        if (end === 0 || number !== low[end - 1]) low[end++] = number;
      }
      containers.push({ high, low: low.subarray(0, end), wasRuns: false });
    }
    return new RoaringBitmap(containers);
  }

  /** Throws a RangeError for bytes that are no bitmap; bytes behind its end do not matter. */
  static fromBytes(bytes: Uint8Array): RoaringBitmap {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const cookie = view.getUint32(0, true);
    const hasRuns = (cookie & 0xffff) === RUN_COOKIE;
    if (!hasRuns && cookie !== COOKIE)
      throw new RangeError('no bitmap: its first bytes are not a valid cookie');
    const count = hasRuns ? (cookie >>> 16) + 1 : view.getUint32(4, true);
    if (count > 65536) throw new RangeError('no bitmap: it has too many containers');
    const runFlags = hasRuns ? 4 : 0;
    const header = hasRuns ? 4 + Math.ceil(count / 8) : 8;
    let at = header + 4 * count + (hasRuns && count < OFFSETS_FROM ? 0 : 4 * count);
    const containers: Container[] = [];
    let above = -1;
    for (let i = 0; i < count; i++) {
      const high = view.getUint16(header + 4 * i, true);
      const size = view.getUint16(header + 4 * i + 2, true) + 1;
      const wasRuns = hasRuns && (view.getUint8(runFlags + (i >> 3)) & (1 << (i & 7))) !== 0;
      const read = wasRuns
        ? readRuns(view, at)
        : size > ARRAY_MAX
          ? readBits(view, at)
          : readArray(view, at, size);
      at = read.end;
      if (!isRising(read.low) || high <= above) {
        throw new RangeError('no bitmap: its numbers are not in order');
      }
      above = high;
      if (read.low.length > 0) containers.push({ high, low: read.low, wasRuns }); // of no runs there is nothing
    }
    return new RoaringBitmap(containers);
  }

  /** How many numbers there are. */
  get cardinality(): number {
    let sum = 0;
    for (const { low } of this.#containers) sum += low.length;
    return sum;
  }

  /** Rising, unsigned. */
  values(): Uint32Array {
    const result = new Uint32Array(this.cardinality);
    let end = 0;
    for (const { high, low } of this.#containers) {
      const base = high * 65536;
      for (let i = 0; i < low.length; i++) result[end++] = base + low[i]!;
    }
    return result;
  }

  and(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, IN_BOTH);
  }

  or(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, IN_LEFT | IN_RIGHT | IN_BOTH);
  }

  xor(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, IN_LEFT | IN_RIGHT);
  }

  andNot(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, IN_LEFT);
  }

  /** `kept`: which numbers stay, of those that the left one has alone, the right one, and both. */
  #combine(other: RoaringBitmap, kept: number): RoaringBitmap {
    const [left, right] = [this.#containers, other.#containers];
    const result: Container[] = [];
    for (let i = 0, j = 0; i < left.length || j < right.length;) {
      const a = left[i];
      const b = right[j];
      const order = (a?.high ?? 65536) - (b?.high ?? 65536);
      if (order < 0 && a) {
        if (kept & IN_LEFT) result.push(a);
        i++;
      } else if (order > 0 && b) {
        if (kept & IN_RIGHT) result.push(b);
        j++;
      } else if (a && b) {
        const low = merged(a.low, b.low, kept);
        if (low.length > 0) result.push({ high: a.high, low, wasRuns: false });
        i++;
        j++;
      }
    }
    return new RoaringBitmap(result);
  }

  toBytes(): Uint8Array {
    const containers = this.#containers;
    const count = containers.length;
    const kinds = containers.map(kindOf);
    const hasRuns = kinds.includes('runs');
    const hasOffsets = !hasRuns || count >= OFFSETS_FROM;
    const header = hasRuns ? 4 + Math.ceil(count / 8) : 8;
    let at = header + (hasOffsets ? 8 : 4) * count;
    let size = at;
    for (let i = 0; i < count; i++) size += sizeAs(kinds[i]!, containers[i]!.low);
    const bytes = new Uint8Array(size);
    writeU16(bytes, 0, hasRuns ? RUN_COOKIE : COOKIE);
    writeU16(bytes, 2, hasRuns ? count - 1 : 0);
    if (!hasRuns) writeU32(bytes, 4, count);
    for (let i = 0; i < count; i++) {
      const { high, low } = containers[i]!;
      const kind = kinds[i]!;
      if (kind === 'runs') bytes[4 + (i >> 3)]! |= 1 << (i & 7);
      writeU16(bytes, header + 4 * i, high);
      writeU16(bytes, header + 4 * i + 2, low.length - 1);
      if (hasOffsets) writeU32(bytes, header + 4 * count + 4 * i, at);
      if (kind === 'runs') writeRuns(bytes, at, low);
      else if (kind === 'bits') writeBits(bytes, at, low);
      else for (let j = 0; j < low.length; j++) writeU16(bytes, at + 2 * j, low[j]!);
      at += sizeAs(kind, low);
    }
    return bytes;
  }

  /** `{1,2,3}`; after half a million characters `...` stands for the rest. */
  toString(): string {
    let text = '';
    for (const number of this.values()) {
      if (text === '') text = `${number}`;
      else if (text.length + 2 > TEXT_MAX) return `{${text},...}`;
      else text += `,${number}`;
    }
    return `{${text}}`;
  }
}

/** Numbers with the same high half: their low halves, rising. */
interface Container {
  readonly high: number;
  readonly low: Uint16Array;
  /** Read from runs: stays so where an array would be as short. */
  readonly wasRuns: boolean;
}

type Kind = 'array' | 'bits' | 'runs';

// Which numbers an operation keeps.
const IN_LEFT = 1;
const IN_RIGHT = 2;
const IN_BOTH = 4;

const COOKIE = 12346;
const RUN_COOKIE = 12347;
/** Containers from which on there are offsets even with runs. */
const OFFSETS_FROM = 4;
const ARRAY_MAX = 4096;
const BITS_BYTES = 8192;
const TEXT_MAX = 0x80000;

/** Few numbers, as most arrays have, are sorted faster here than by the library. */
function sortedNumbers(numbers: Iterable<number>): Uint32Array {
  const sorted = Uint32Array.from(numbers);
  if (sorted.length > 24) return sorted.sort();
  for (let i = 1; i < sorted.length; i++) {
    const number = sorted[i]!;
    let at = i;
    for (; at > 0 && sorted[at - 1]! > number; at--) sorted[at] = sorted[at - 1]!;
    sorted[at] = number;
  }
  return sorted;
}

function merged(left: Uint16Array, right: Uint16Array, kept: number): Uint16Array {
  const result = new Uint16Array(left.length + right.length);
  let end = 0;
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left[i]!;
    const b = right[j]!;
    const place = a === b ? IN_BOTH : a < b ? IN_LEFT : IN_RIGHT;
    if (kept & place) result[end++] = a < b ? a : b;
    if (a <= b) i++;
    if (b <= a) j++;
  }
  if (kept & IN_LEFT) while (i < left.length) result[end++] = left[i++]!;
  if (kept & IN_RIGHT) while (j < right.length) result[end++] = right[j++]!;
  return result.subarray(0, end);
}

function kindOf({ low, wasRuns }: Container): Kind {
  const asRuns = sizeAs('runs', low);
  const otherwise = low.length <= ARRAY_MAX ? 'array' : 'bits';
  if (asRuns < sizeAs(otherwise, low) || (wasRuns && asRuns <= Math.min(2 * low.length + 2, BITS_BYTES))) {
    return 'runs';
  }
  return otherwise;
}

/** Bytes of a container in one of its shapes. */
function sizeAs(kind: Kind, low: Uint16Array): number {
  if (kind === 'bits') return BITS_BYTES;
  return kind === 'array' ? 2 * low.length : 2 + 4 * runsOf(low);
}

function runsOf(low: Uint16Array): number {
  let runs = 0;
  for (let i = 0; i < low.length; i++) if (i === 0 || low[i] !== low[i - 1]! + 1) runs++;
  return runs;
}

function writeU16(bytes: Uint8Array, at: number, number: number): void {
  bytes[at] = number;
  bytes[at + 1] = number >> 8;
}

function writeU32(bytes: Uint8Array, at: number, number: number): void {
  writeU16(bytes, at, number);
  writeU16(bytes, at + 2, number >>> 16);
}

function writeRuns(bytes: Uint8Array, at: number, low: Uint16Array): void {
  let runs = 0;
  for (let i = 0, start = 0; i < low.length; i++) {
    if (i + 1 < low.length && low[i + 1] === low[i]! + 1) continue;
    writeU16(bytes, at + 2 + 4 * runs, low[start]!);
    writeU16(bytes, at + 4 + 4 * runs, i - start);
    runs++;
    start = i + 1;
  }
  writeU16(bytes, at, runs);
}

function writeBits(bytes: Uint8Array, at: number, low: Uint16Array): void {
  for (let i = 0; i < low.length; i++) bytes[at + (low[i]! >> 3)]! |= 1 << (low[i]! & 7);
}

interface Read {
  readonly low: Uint16Array;
  /** Where the next container begins. */
  readonly end: number;
}

function readArray(view: DataView, at: number, size: number): Read {
  const low = new Uint16Array(size);
  for (let i = 0; i < size; i++) low[i] = view.getUint16(at + 2 * i, true);
  return { low, end: at + 2 * size };
}

function readBits(view: DataView, at: number): Read {
  const low: number[] = [];
  for (let byte = 0; byte < BITS_BYTES; byte++) {
    const bits = view.getUint8(at + byte);
    for (let bit = 0; bits >> bit !== 0; bit++) if ((bits >> bit) & 1) low.push(8 * byte + bit);
  }
  return { low: Uint16Array.from(low), end: at + BITS_BYTES };
}

function readRuns(view: DataView, at: number): Read {
  const runs = view.getUint16(at, true);
  const low: number[] = [];
  for (let run = 0; run < runs; run++) {
    const first = view.getUint16(at + 2 + 4 * run, true);
    const last = Math.min(first + view.getUint16(at + 4 + 4 * run, true), 65535);
    for (let number = first; number <= last; number++) low.push(number);
  }
  return { low: Uint16Array.from(low), end: at + 2 + 4 * runs };
}

function isRising(low: Uint16Array): boolean {
  for (let i = 1; i < low.length; i++) if (low[i]! <= low[i - 1]!) return false;
  return true;
}
