/**
 * MD5 (RFC 1321) and the SHA family (FIPS 180-4) of texts and bytes, written in lower-case hexadecimal digits. A digest is told by its
 * bits: 128 is MD5, 160 SHA-1, 224 to 512 are SHA-2.
 *
 * All of them fill the message up to whole blocks (a one bit, zeros, the length in bits) and fold block after block into a few words.
 * Whole blocks are read where they lie; what is left is filled up in `tail`.
 */
import { writeHexadecimal } from './hexadecimal';

/** Of each prime's cube root the first 64 bits behind the point; SHA-256 takes the upper half of the first 64. */
const constants = memory.data<u64>([
  0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
  0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
  0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
  0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
  0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
  0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
  0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
  0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
  0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
  0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
  0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
  0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
  0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
  0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
  0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
  0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
]);

/** Of each prime's square root: SHA-512 and, in upper halves, SHA-256. */
const initial512 = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
  0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);

/** The same of the next primes: SHA-384 and, in lower halves, SHA-224. */
const initial384 = memory.data<u64>([
  0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
  0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
]);

const sines = memory.data<u32>([
  0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
  0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
  0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
  0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
  0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
  0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
  0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
  0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
]);

/** Which bits a step of MD5 rotates by, four for each round. */
const shifts = memory.data<u8>([7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]);

/** The words that blocks are folded into, at most eight of 64 bits. */
const state = memory.data(64, 16);
/** The words of a block, each from its upper byte on, and those that follow from them. */
const words = memory.data(640, 16);
/** The last one or two blocks. */
const tail = memory.data(256, 16);

/**
 * Digests of `bits` (i32) bits; below `least` there are none. Returns the number of rows, or the first set row whose bits have no digest.
 * A text at `heap` takes a quarter of its bits.
 */
export function digestTexts(
  rows: u32,
  views: usize,
  strideViews: u32,
  bits: usize,
  strideBits: u32,
  least: u32,
  validity: usize,
  heap: usize,
  out: usize,
): u32 {
  for (let row: u32 = 0; row < rows; row++) {
    const isSet = validity == 0 || load<u8>(validity + row) != 0;
    const size = isSet ? load<u32>(bits) : 0;
    if (isSet && (size < least || !fold(<usize>load<u32>(views), load<u32>(views, 4), size))) return row;
    writeHexadecimal(heap, state, size >> 3, 0x27);
    store<u32>(out, <u32>heap);
    store<u32>(out, size >> 2, 4);
    heap += size >> 2;
    views += strideViews;
    bits += strideBits;
    out += 8;
  }
  return rows;
}

/** Leaves the digest of a message in `state`; false if there is none of so many bits. */
function fold(message: usize, length: u32, size: u32): bool {
  if (size == 128 || size == 160) {
    store<u64>(state, 0xefcdab8967452301);
    store<u64>(state, 0x1032547698badcfe, 8);
    store<u64>(state, 0xc3d2e1f0, 16);
  } else if (size == 384 || size == 512) {
    memory.copy(state, size == 384 ? initial384 : initial512, 64);
  } else if (size == 224 || size == 256) {
    const from = size == 224 ? initial384 : initial512 + 4;
    for (let i: usize = 0; i < 8; i++) store<u32>(state + 4 * i, load<u32>(from + 8 * i));
  } else return false;
  const block: u32 = size > 256 ? 128 : 64;
  const whole = length & ~(block - 1);
  for (let at: u32 = 0; at < whole; at += block) foldBlock(message + at, size);
  const left = length - whole;
  const padded: u32 = left + 1 + (block >> 3) > block ? 2 * block : block;
  memory.fill(tail, 0, padded);
  memory.copy(tail, message + whole, left);
  store<u8>(tail + left, 0x80);
  const count = <u64>length << 3;
  store<u64>(tail + padded - 8, size == 128 ? count : bswap<u64>(count));
  for (let at: u32 = 0; at < padded; at += block) foldBlock(tail + at, size);
  if (size > 256) for (let i: usize = 0; i < 64; i += 8) store<u64>(state + i, bswap<u64>(load<u64>(state + i)));
  else if (size > 128) for (let i: usize = 0; i < 32; i += 4) store<u32>(state + i, bswap<u32>(load<u32>(state + i)));
  return true;
}

function foldBlock(block: usize, size: u32): void {
  if (size == 128) foldMd5(block);
  else if (size == 160) foldSha1(block);
  else if (size <= 256) foldSha256(block);
  else foldSha512(block);
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, value: u32): void {
  store<u32>(state + at, load<u32>(state + at) + value);
}

function foldMd5(block: usize): void {
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  for (let i: u32 = 0; i < 64; i++) {
    let mixed: u32;
    let word: u32;
    if (i < 16) {
      mixed = d ^ (b & (c ^ d));
      word = i;
    } else if (i < 32) {
      mixed = c ^ (d & (b ^ c));
      word = (5 * i + 1) & 15;
    } else if (i < 48) {
      mixed = b ^ c ^ d;
      word = (3 * i + 5) & 15;
    } else {
      mixed = c ^ (b | ~d);
      word = (7 * i) & 15;
    }
    const sum = a + mixed + load<u32>(sines + 4 * i) + load<u32>(block + 4 * word);
    a = d;
    d = c;
    c = b;
    b += rotl<u32>(sum, load<u8>(shifts + (((i >> 4) << 2) | (i & 3))));
  }
  addTo(0, a);
  addTo(4, b);
  addTo(8, c);
  addTo(12, d);
}

function foldSha1(block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(words + i, bswap<u32>(load<u32>(block + i)));
  for (let i: usize = 64; i < 320; i += 4) {
    const at = words + i;
    const mixed = load<u32>(at - 12) ^ load<u32>(at - 32) ^ load<u32>(at - 56) ^ load<u32>(at - 64);
    store<u32>(at, rotl<u32>(mixed, 1));
  }
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  for (let i: u32 = 0; i < 80; i++) {
    let step: u32;
    if (i < 20) step = (d ^ (b & (c ^ d))) + 0x5a827999;
    else if (i < 40) step = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) step = ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    else step = (b ^ c ^ d) + 0xca62c1d6;
    const sum = rotl<u32>(a, 5) + step + e + load<u32>(words + 4 * i);
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = sum;
  }
  addTo(0, a);
  addTo(4, b);
  addTo(8, c);
  addTo(12, d);
  addTo(16, e);
}

function foldSha256(block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(words + i, bswap<u32>(load<u32>(block + i)));
  for (let i: usize = 64; i < 256; i += 4) {
    const at = words + i;
    const x = load<u32>(at - 60);
    const y = load<u32>(at - 8);
    const low = rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
    const high = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10);
    store<u32>(at, load<u32>(at - 64) + low + load<u32>(at - 28) + high);
  }
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  let f = load<u32>(state, 20);
  let g = load<u32>(state, 24);
  let h = load<u32>(state, 28);
  for (let i: usize = 0; i < 64; i++) {
    const high = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const first = h + high + (g ^ (e & (f ^ g))) + load<u32>(constants + 8 * i, 4) + load<u32>(words + 4 * i);
    const low = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const second = low + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  addTo(0, a);
  addTo(4, b);
  addTo(8, c);
  addTo(12, d);
  addTo(16, e);
  addTo(20, f);
  addTo(24, g);
  addTo(28, h);
}

// @ts-ignore: decorator
@inline
function addLong(at: usize, value: u64): void {
  store<u64>(state + at, load<u64>(state + at) + value);
}

function foldSha512(block: usize): void {
  for (let i: usize = 0; i < 128; i += 8) store<u64>(words + i, bswap<u64>(load<u64>(block + i)));
  for (let i: usize = 128; i < 640; i += 8) {
    const at = words + i;
    const x = load<u64>(at - 120);
    const y = load<u64>(at - 16);
    const low = rotr<u64>(x, 1) ^ rotr<u64>(x, 8) ^ (x >> 7);
    const high = rotr<u64>(y, 19) ^ rotr<u64>(y, 61) ^ (y >> 6);
    store<u64>(at, load<u64>(at - 128) + low + load<u64>(at - 56) + high);
  }
  let a = load<u64>(state);
  let b = load<u64>(state, 8);
  let c = load<u64>(state, 16);
  let d = load<u64>(state, 24);
  let e = load<u64>(state, 32);
  let f = load<u64>(state, 40);
  let g = load<u64>(state, 48);
  let h = load<u64>(state, 56);
  for (let i: usize = 0; i < 640; i += 8) {
    const high = rotr<u64>(e, 14) ^ rotr<u64>(e, 18) ^ rotr<u64>(e, 41);
    const first = h + high + (g ^ (e & (f ^ g))) + load<u64>(constants + i) + load<u64>(words + i);
    const low = rotr<u64>(a, 28) ^ rotr<u64>(a, 34) ^ rotr<u64>(a, 39);
    const second = low + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  addLong(0, a);
  addLong(8, b);
  addLong(16, c);
  addLong(24, d);
  addLong(32, e);
  addLong(40, f);
  addLong(48, g);
  addLong(56, h);
}
