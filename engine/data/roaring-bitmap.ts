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
    const sorted = Uint32Array.from(numbers).sort();
    const containers: Container[] = [];
    for (let from = 0; from < sorted.length;) {
      const high = sorted[from]! >>> 16;
      const low: number[] = [];
      for (; from < sorted.length && sorted[from]! >>> 16 === high; from++) {
        const number = sorted[from]! & 0xffff;
        if (number !== low.at(-1)) low.push(number);
      }
      containers.push({ high, low: Uint16Array.from(low), wasRuns: false });
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
      if (!isRising(read.low) || high <= (containers.at(-1)?.high ?? -1)) {
        throw new RangeError('no bitmap: its numbers are not in order');
      }
      containers.push({ high, low: read.low, wasRuns });
    }
    return new RoaringBitmap(containers);
  }

  /** How many numbers there are. */
  get cardinality(): number {
    return this.#containers.reduce((sum, { low }) => sum + low.length, 0);
  }

  /** Rising, unsigned. */
  values(): Uint32Array {
    const result = new Uint32Array(this.cardinality);
    let end = 0;
    for (const { high, low } of this.#containers) {
      const base = high * 65536;
      for (const number of low) result[end++] = base + number;
    }
    return result;
  }

  and(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, false, false, (inLeft, inRight) => inLeft && inRight);
  }

  or(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, true, true, (inLeft, inRight) => inLeft || inRight);
  }

  xor(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, true, true, (inLeft, inRight) => inLeft !== inRight);
  }

  andNot(other: RoaringBitmap): RoaringBitmap {
    return this.#combine(other, true, false, (inLeft, inRight) => inLeft && !inRight);
  }

  /** `keepsLeft`, `keepsRight`: whether a container without a partner stays. */
  #combine(other: RoaringBitmap, keepsLeft: boolean, keepsRight: boolean, keeps: Keeps): RoaringBitmap {
    const [left, right] = [this.#containers, other.#containers];
    const result: Container[] = [];
    for (let i = 0, j = 0; i < left.length || j < right.length;) {
      const a = left[i];
      const b = right[j];
      const order = (a?.high ?? 65536) - (b?.high ?? 65536);
      if (order < 0 && a) {
        if (keepsLeft) result.push(a);
        i++;
      } else if (order > 0 && b) {
        if (keepsRight) result.push(b);
        j++;
      } else if (a && b) {
        const low = merged(a.low, b.low, keeps);
        if (low.length > 0) result.push({ high: a.high, low, wasRuns: false });
        i++;
        j++;
      }
    }
    return new RoaringBitmap(result);
  }

  toBytes(): Uint8Array {
    const shapes = this.#containers.map(shapeOf);
    const count = shapes.length;
    const hasRuns = shapes.some(({ kind }) => kind === 'runs');
    const hasOffsets = !hasRuns || count >= OFFSETS_FROM;
    const header = hasRuns ? 4 + Math.ceil(count / 8) : 8;
    let at = header + (hasOffsets ? 8 : 4) * count;
    const bytes = new Uint8Array(shapes.reduce((sum, { size }) => sum + size, at));
    const view = new DataView(bytes.buffer);
    view.setUint32(0, hasRuns ? RUN_COOKIE | ((count - 1) << 16) : COOKIE, true);
    if (!hasRuns) view.setUint32(4, count, true);
    this.#containers.forEach(({ high, low }, i) => {
      const { kind, size } = shapes[i]!; // one each
      if (kind === 'runs') bytes[4 + (i >> 3)]! |= 1 << (i & 7);
      view.setUint16(header + 4 * i, high, true);
      view.setUint16(header + 4 * i + 2, low.length - 1, true);
      if (hasOffsets) view.setUint32(header + 4 * count + 4 * i, at, true);
      if (kind === 'runs') writeRuns(view, at, low);
      else if (kind === 'bits') for (const number of low) bytes[at + (number >> 3)]! |= 1 << (number & 7);
      else low.forEach((number, index) => view.setUint16(at + 2 * index, number, true));
      at += size;
    });
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

type Keeps = (inLeft: boolean, inRight: boolean) => boolean;

const COOKIE = 12346;
const RUN_COOKIE = 12347;
/** Containers from which on there are offsets even with runs. */
const OFFSETS_FROM = 4;
const ARRAY_MAX = 4096;
const BITS_BYTES = 8192;
const TEXT_MAX = 0x80000;

function merged(left: Uint16Array, right: Uint16Array, keeps: Keeps): Uint16Array {
  const result = new Uint16Array(left.length + right.length);
  let end = 0;
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const a = left[i] ?? 65536;
    const b = right[j] ?? 65536;
    if (keeps(a <= b, b <= a)) result[end++] = Math.min(a, b);
    if (a <= b) i++;
    if (b <= a) j++;
  }
  return result.slice(0, end);
}

function shapeOf({ low, wasRuns }: Container): { kind: 'array' | 'bits' | 'runs'; size: number } {
  const asRuns = 2 + 4 * runsOf(low);
  const isArray = low.length <= ARRAY_MAX;
  const otherwise = isArray ? 2 * low.length : BITS_BYTES;
  if (asRuns < otherwise || (wasRuns && asRuns <= Math.min(2 * low.length + 2, BITS_BYTES))) {
    return { kind: 'runs', size: asRuns };
  }
  return { kind: isArray ? 'array' : 'bits', size: otherwise };
}

function runsOf(low: Uint16Array): number {
  let runs = 0;
  for (let i = 0; i < low.length; i++) if (i === 0 || low[i] !== low[i - 1]! + 1) runs++;
  return runs;
}

function writeRuns(view: DataView, at: number, low: Uint16Array): void {
  let runs = 0;
  for (let i = 0, start = 0; i < low.length; i++) {
    if (i + 1 < low.length && low[i + 1] === low[i]! + 1) continue;
    view.setUint16(at + 2 + 4 * runs, low[start]!, true);
    view.setUint16(at + 4 + 4 * runs, i - start, true);
    runs++;
    start = i + 1;
  }
  view.setUint16(at, runs, true);
}

interface Read {
  readonly low: Uint16Array;
  /** Where the next container begins. */
  readonly end: number;
}

function readArray(view: DataView, at: number, size: number): Read {
  const low = Uint16Array.from({ length: size }, (_, i) => view.getUint16(at + 2 * i, true));
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
