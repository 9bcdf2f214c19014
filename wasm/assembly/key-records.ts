/**
 * Keys of a batch on their way into a table and back: columns become records, with hash and marks, and key words of entries columns again.
 * `keyed-table.ts` has the layout of both.
 */
import { Entry, KEYS, RECORD_KEYS, Table, isText, slotAt } from './keyed-table-layout';

import { Heap, heapAddress } from './state-heap';

const MIX: u64 = 0x9e3779b97f4a7c15;

// @ts-ignore: decorator
@inline
function mix(hash: u64, word: u64): u64 {
  hash = (hash ^ word) * MIX;
  return hash ^ (hash >> 32);
}

function mixText(hash: u64, address: usize, length: u32): u64 {
  const end = address + (length & ~7);
  for (; address < end; address += 8) hash = mix(hash, load<u64>(address));
  const rest = (<u64>length & 7) << 3;
  return rest ? mix(hash, load<u64>(address) & ~(<u64>-1 << rest)) : hash;
}

/** Begins the records of a batch. */
export function packBegin(rows: u32, stride: u32, records: usize): void {
  for (let row: u32 = 0; row < rows; row++, records += stride) store<u64>(records, <u64>1 << 32);
}

/** Whole records of a single column of 8 bytes: what `packBegin`, `packKey64` and `packEnd` would make. */
export function packSingle64(rows: u32, values: usize, valueStride: u32, validity: usize, records: usize): void {
  for (let row: u32 = 0; row < rows; row++, records += RECORD_KEYS + 8) {
    let word = load<u64>(values);
    let marks: u64 = 1;
    if (isNull(validity, valueStride, row)) {
      word = 0;
      marks = 3;
    }
    store<u64>(records, ((mix(marks, word) * MIX) >> 32) | (marks << 32));
    store<u64>(records, word, RECORD_KEYS);
    values += valueStride;
  }
}

/** Ends them: their keys are in, and get their hash. A `textMask` of 0 says that no text is longer than its words. */
export function packEnd(rows: u32, words: u32, textMask: u32, records: usize): void {
  if (textMask == 0 && words - 1 < 3) {
    if (words == 1) hashPlain(rows, records, 1);
    else if (words == 2) hashPlain(rows, records, 2);
    else hashPlain(rows, records, 3);
    return;
  }
  const stride = RECORD_KEYS + (words << 3);
  for (let row: u32 = 0; row < rows; row++, records += stride) {
    let hash = load<u64>(records) >> 32;
    for (let word: u32 = 0; word < words; word++) {
      const value = load<u64>(records + RECORD_KEYS + (word << 3));
      if (textMask != 0 && isText(textMask, word, value)) hash = mixText(hash, <usize>(<u32>value), <u32>(value >> 32));
      else hash = mix(hash, value);
    }
    store<u32>(records, <u32>((hash * MIX) >> 32));
  }
}

/** `words` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function hashPlain(rows: u32, records: usize, words: u32): void {
  for (let row: u32 = 0; row < rows; row++, records += RECORD_KEYS + (words << 3)) {
    let hash = mix(load<u64>(records) >> 32, load<u64>(records, RECORD_KEYS));
    if (words > 1) hash = mix(hash, load<u64>(records, RECORD_KEYS + 8));
    if (words > 2) hash = mix(hash, load<u64>(records, RECORD_KEYS + 16));
    store<u32>(records, <u32>((hash * MIX) >> 32));
  }
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, valueStride: u32, row: u32): bool {
  return validity != 0 && load<u8>(validity + (valueStride ? <usize>row : 0)) == 0;
}

// @ts-ignore: decorator
@inline
function markNull(record: usize, bit: u32): void {
  store<u32>(record, load<u32>(record, 4) | (1 << bit), 4);
}

// @ts-ignore: decorator
@inline
function packWord<T>(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let word: u64 = 0;
    if (isNull(validity, valueStride, row)) markNull(records, bit);
    else if (isFloat<T>()) {
      // Keys of DOUBLE go by their bits, but there is one NaN.
      const value = load<T>(values);
      if (sizeof<T>() == 4) word = value == value ? <u64>reinterpret<u32>(<f32>value) : 0x7fc00000;
      else word = value == value ? reinterpret<u64>(<f64>value) : 0x7ff8000000000000;
    } else word = <u64>load<T>(values);
    store<u64>(records + offset, word);
    values += valueStride;
    records += stride;
  }
}

/** Puts a key column into the word at `offset` of each record; `bit` of the marks says NULL. */
export function packKey8(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u8>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey16(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u16>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey32(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u32>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey64(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<u64>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKeyF32(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<f32>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKeyF64(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  packWord<f64>(rows, values, valueStride, validity, bit, offset, stride, records);
}

export function packKey128(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isNull(validity, valueStride, row)) {
      markNull(records, bit);
      v128.store(records + offset, i64x2.splat(0));
    } else v128.store(records + offset, v128.load(values));
    values += valueStride;
    records += stride;
  }
}

/** Text. Returns how many are too long for their words. */
export function packKeyView(
  rows: u32,
  values: usize,
  valueStride: u32,
  validity: usize,
  bit: u32,
  offset: u32,
  stride: u32,
  records: usize,
): u32 {
  let long: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let first: u64 = 0;
    let last: u64 = 0;
    if (isNull(validity, valueStride, row)) markNull(records, bit);
    else {
      const address = <usize>load<u32>(values);
      const length = load<u32>(values, 4);
      first = load<u64>(address);
      if (length > 15) {
        last = (<u64>length << 32) | address;
        long++;
      } else {
        const bits = <u64>length << 3;
        if (length < 8) first &= ~(<u64>-1 << bits);
        else if (length > 8) last = load<u64>(address, 8) & ~(<u64>-1 << (bits - 64));
        last |= <u64>(0x80 | length) << 56;
      }
    }
    store<u64>(records + offset, first);
    store<u64>(records + offset, last, 8);
    values += valueStride;
    records += stride;
  }
  return long;
}

/** The NULL bit of a ROW; its fields are keys of their own. */
export function packKeyRow(rows: u32, validity: usize, bit: u32, stride: u32, records: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (load<u8>(validity + row) == 0) markNull(records, bit);
    records += stride;
  }
}

/** Records again of entries' keys, good for another table: texts by address. */
export function packEntries(rows: u32, slots: usize, control: usize, records: usize): void {
  const table = changetype<Table>(control);
  const words = table.keyWords;
  const heap = changetype<Heap>(table.heap);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<u64>(records, load<u64>(entry));
    for (let word: u32 = 0; word < words; word++) {
      let value = load<u64>(entry + KEYS + (word << 3));
      if (isText(table.textMask, word, value)) {
        value = (value & 0xffffffff00000000) | heapAddress(heap, <u32>value);
      }
      store<u64>(records + RECORD_KEYS + (word << 3), value);
    }
    records += RECORD_KEYS + (words << 3);
  }
}

// @ts-ignore: decorator
@inline
function unpackWord<T>(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<T>(values + <usize>row * sizeof<T>(), load<T>(entry + offset));
    if (validity) store<u8>(validity + row, <u8>((~changetype<Entry>(entry).marks >> bit) & 1));
  }
}

/** A key column of entries: the word at `offset`, NULL by `bit` of the marks; a `validity` of 0 is not written. */
export function unpackKey8(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u8>(rows, slots, offset, bit, values, validity);
}

export function unpackKey16(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u16>(rows, slots, offset, bit, values, validity);
}

export function unpackKey32(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u32>(rows, slots, offset, bit, values, validity);
}

export function unpackKey64(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<u64>(rows, slots, offset, bit, values, validity);
}

export function unpackKey128(rows: u32, slots: usize, offset: u32, bit: u32, values: usize, validity: usize): void {
  unpackWord<v128>(rows, slots, offset, bit, values, validity);
}

/** Views into the entries themselves (short texts) and into the heap: good until the table changes. */
export function unpackKeyView(
  rows: u32,
  slots: usize,
  offset: u32,
  bit: u32,
  values: usize,
  validity: usize,
  control: usize,
): void {
  const table = changetype<Table>(control);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    const last = load<u64>(entry + offset, 8);
    let address = <u32>(entry + offset);
    let length = <u32>(last >> 56) & 0x7f;
    if (last >> 63 == 0 && last != 0) {
      length = <u32>(last >> 32);
      address = <u32>heapAddress(changetype<Heap>(table.heap), <u32>last);
    }
    store<u32>(values + (<usize>row << 3), address);
    store<u32>(values + (<usize>row << 3), length, 4);
    if (validity) store<u8>(validity + row, <u8>((~changetype<Entry>(entry).marks >> bit) & 1));
  }
}

/** The validity alone: of a ROW key. */
export function unpackKeyRow(rows: u32, slots: usize, bit: u32, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<u8>(validity + row, <u8>((~changetype<Entry>(entry).marks >> bit) & 1));
  }
}
