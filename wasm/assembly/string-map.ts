/**
 * STR_TO_MAP by separators that stand for themselves: keys and values are views of the text's bytes. A map's entries are in the order of Java's
 * HashMap, made for as many entries as there are pairs (S-60k): by bucket, then as they came.
 */
import { equalText, findText } from './bytes';

/** Pieces of all texts together, at most 2^32 - 1. */
export function countPieces(rows: u32, views: usize, stride: u32, separator: usize, separatorLength: u32): u32 {
  let total: u64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    total += piecesOf(<usize>load<u32>(views), load<u32>(views, 4), separator, separatorLength);
    views += stride;
  }
  return <u32>min<u64>(total, u32.MAX_VALUE);
}

function piecesOf(text: usize, length: u32, separator: usize, separatorLength: u32): u32 {
  let pieces: u32 = 1;
  for (let at = findText(text, length, separator, separatorLength); at >= 0; ) {
    const taken = <u32>at + separatorLength;
    text += taken;
    length -= taken;
    pieces++;
    at = findText(text, length, separator, separatorLength);
  }
  return pieces;
}

/** `hashCode()` of a String of these bytes of UTF-8: of its UTF-16 units. */
function stringHash(text: usize, length: u32): u32 {
  let hash: u32 = 0;
  for (const end = text + length; text < end; ) {
    const byte = <u32>load<u8>(text);
    if (byte < 0x80) {
      hash = 31 * hash + byte;
      text++;
      continue;
    }
    const size: u32 = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    let point = byte & (0x7f >> size);
    for (let i: u32 = 1; i < size; i++) point = (point << 6) | (load<u8>(text + i) & 0x3f);
    text += size;
    if (size == 4) {
      hash = 31 * hash + (0xd7c0 + (point >> 10));
      point = 0xdc00 | (point & 0x3ff);
    }
    hash = 31 * hash + point;
  }
  return hash;
}

// @ts-ignore: decorator
@inline
function view(address: usize, length: u32): u64 {
  return <u64>address | (<u64>length << 32);
}

// Entries of all maps, one behind the other: views, whether the value is set, and the hash of the key.
let keys: usize = 0;
let values: usize = 0;
let flags: usize = 0;
let hashes: usize = 0;

/**
 * Writes entries at `outKeys`, `outValues` and `outFlags` (of values), as many as `countPieces` says at most, and of each row where they
 * begin and how many they are. `scratch` has four bytes for every one.
 */
export function textsToMaps(
  rows: u32,
  views: usize,
  stride: u32,
  pairSeparator: usize,
  pairSeparatorLength: u32,
  keySeparator: usize,
  keySeparatorLength: u32,
  outKeys: usize,
  outValues: usize,
  outFlags: usize,
  scratch: usize,
  out: usize,
): void {
  keys = outKeys;
  values = outValues;
  flags = outFlags;
  hashes = scratch;
  let first: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let text = <usize>load<u32>(views);
    let length = load<u32>(views, 4);
    let count: u32 = 0;
    let pairs: u32 = 0;
    // Empty pairs count where another one follows.
    let empty: u32 = 0;
    while (length > 0) {
      const at = findText(text, length, pairSeparator, pairSeparatorLength);
      const size = at < 0 ? length : <u32>at;
      if (size == 0) empty++;
      else {
        if (empty > 0) count = put(first, count, text, 0, -1, 0);
        pairs += empty + 1;
        empty = 0;
        count = put(first, count, text, size, findText(text, size, keySeparator, keySeparatorLength), keySeparatorLength);
      }
      const taken = at < 0 ? size : size + pairSeparatorLength;
      text += taken;
      length -= taken;
    }
    order(first, count, pairs);
    store<u32>(out, first);
    store<u32>(out, count, 4);
    first += count;
    views += stride;
    out += 8;
  }
}

/** Adds a pair, whose key ends at `split`, or has no value if that is below zero. Of equal keys the last value stays. Returns the count. */
function put(first: u32, count: u32, text: usize, size: u32, split: i32, separatorLength: u32): u32 {
  const keyLength = split < 0 ? size : <u32>split;
  const hash = stringHash(text, keyLength);
  let entry = first;
  const end = first + count;
  while (entry < end && !isKey(entry, hash, text, keyLength)) entry++;
  if (entry == end) {
    store<u64>(keys + 8 * entry, view(text, keyLength));
    store<u32>(hashes + 4 * entry, hash);
  }
  const skipped = keyLength + separatorLength;
  store<u8>(flags + entry, <u8>(split >= 0));
  store<u64>(values + 8 * entry, split < 0 ? 0 : view(text + skipped, size - skipped));
  return entry == end ? count + 1 : count;
}

// @ts-ignore: decorator
@inline
function isKey(entry: u32, hash: u32, text: usize, length: u32): bool {
  if (load<u32>(hashes + 4 * entry) != hash) return false;
  const key = keys + 8 * entry;
  return load<u32>(key, 4) == length && equalText(<usize>load<u32>(key), text, length);
}

/** Sorts a map's entries by bucket, of which there are two to some power: as many as there were pairs, and enough for the entries. */
function order(first: u32, count: u32, pairs: u32): void {
  if (count < 2) return;
  let buckets: u32 = 1;
  while (buckets < pairs) buckets *= 2;
  while (4 * count > 3 * buckets) buckets *= 2;
  const end = first + count;
  for (let entry = first; entry < end; entry++) {
    const hash = load<u32>(hashes + 4 * entry);
    store<u32>(hashes + 4 * entry, (hash ^ (hash >> 16)) & (buckets - 1));
  }
  for (let entry = first + 1; entry < end; entry++) {
    const bucket = load<u32>(hashes + 4 * entry);
    const key = load<u64>(keys + 8 * entry);
    const value = load<u64>(values + 8 * entry);
    const flag = load<u8>(flags + entry);
    let at = entry;
    for (; at > first && load<u32>(hashes + 4 * (at - 1)) > bucket; at--) {
      store<u32>(hashes + 4 * at, load<u32>(hashes + 4 * (at - 1)));
      store<u64>(keys + 8 * at, load<u64>(keys + 8 * (at - 1)));
      store<u64>(values + 8 * at, load<u64>(values + 8 * (at - 1)));
      store<u8>(flags + at, load<u8>(flags + at - 1));
    }
    store<u32>(hashes + 4 * at, bucket);
    store<u64>(keys + 8 * at, key);
    store<u64>(values + 8 * at, value);
    store<u8>(flags + at, flag);
  }
}
