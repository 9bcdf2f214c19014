/**
 * CRC-32 (IEEE 802.3, the one of zip and PNG) by slicing: eight tables, eight bytes a step.
 *
 * Table `k` holds the checksum of a byte followed by `k` zero bytes, so the eight look-ups of a step do not wait for each other.
 */
const TABLES = makeTables();

/** Checksum as an unsigned number. `previous` is the checksum of what came before, for bytes that come in pieces. */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let at = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = view.getUint32(at, true) ^ crc;
    const high = view.getUint32(at + 4, true);
    crc =
      entry(7, low & 255) ^
      entry(6, (low >>> 8) & 255) ^
      entry(5, (low >>> 16) & 255) ^
      entry(4, low >>> 24) ^
      entry(3, high & 255) ^
      entry(2, (high >>> 8) & 255) ^
      entry(1, (high >>> 16) & 255) ^
      entry(0, high >>> 24);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ entry(0, (crc ^ view.getUint8(at)) & 255);
  return ~crc >>> 0;
}

function entry(table: number, byte: number): number {
  return TABLES[(table << 8) | byte]!; // 8 * 256 entries, and both indices are in range
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256]!; // filled in an earlier turn
    tables[i] = (before >>> 8) ^ tables[before & 255]!;
  }
  return tables;
}
