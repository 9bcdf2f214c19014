/**
 * MD5 and the SHA family over bytes, at once and in any worker (crypto.subtle is asynchronous and missing on pages without https).
 *
 * All of them fill the message up to whole blocks (a one bit, zeros, the length in bits) and fold block after block into a few words;
 * SHA-384 and SHA-512 in words of 64 bits, held as pairs of 32.
 */
export type DigestName = 'MD5' | 'SHA1' | 'SHA224' | 'SHA256' | 'SHA384' | 'SHA512';

/** The digest in lower-case hexadecimal digits. */
export function digestText(name: DigestName, message: Uint8Array): string {
  switch (name) {
    case 'MD5':
      return md5(message);
    case 'SHA1':
      return sha1(message);
    case 'SHA224':
      return sha256(message, INITIAL_224, 7);
    case 'SHA256':
      return sha256(message, INITIAL_256, 8);
    case 'SHA384':
      return sha512(message, INITIAL_384, 12);
    case 'SHA512':
      return sha512(message, INITIAL_512, 16);
  }
}

/** Scratch that grows, for messages in whole blocks. */
let scratch = new DataView(new ArrayBuffer(1024));

/** The message in whole blocks, which `scratch` holds; the length takes the last 8 bytes (16 in long blocks, of which the first are zero). */
function pad(message: Uint8Array, blockBytes: 64 | 128, isLittleEndian: boolean): number {
  const { length } = message;
  const size = Math.ceil((length + 1 + blockBytes / 8) / blockBytes) * blockBytes;
  if (size > scratch.byteLength) scratch = new DataView(new ArrayBuffer(2 * size));
  const bytes = new Uint8Array(scratch.buffer, 0, size);
  bytes.set(message);
  bytes.fill(0, length);
  bytes[length] = 0x80;
  const [high, low] = [Math.floor(length / 0x20000000), length << 3];
  scratch.setInt32(size - 8, isLittleEndian ? low : high, isLittleEndian);
  scratch.setInt32(size - 4, isLittleEndian ? high : low, isLittleEndian);
  return size;
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The first words, each from its upper byte on. */
function hex(words: Int32Array, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    const word = words[i]!;
    text += DIGITS[word >>> 24]! + DIGITS[(word >>> 16) & 255]! + DIGITS[(word >>> 8) & 255]!;
    text += DIGITS[word & 255]!;
  }
  return text;
}

function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function rotateRight(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** State of the digest that is being computed, and the words of its block: nothing here is entered twice. */
const STATE = new Int32Array(16);
const WORDS = new Int32Array(160);

// ---- MD5 (RFC 1321)

const MD5_SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));
const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
// Which word a step of a round takes: factor * step + offset.
const MD5_FACTORS = [1, 5, 3, 7];
const MD5_OFFSETS = [0, 1, 5, 0];

const INITIAL_MD5 = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);

function md5(message: Uint8Array): string {
  const size = pad(message, 64, true);
  const state = STATE;
  state.set(INITIAL_MD5);
  for (let block = 0; block < size; block += 64) {
    let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
    for (let i = 0; i < 64; i++) {
      const word = scratch.getInt32(
        block + 4 * ((MD5_FACTORS[i >> 4]! * i + MD5_OFFSETS[i >> 4]!) & 15),
        true,
      );
      const sum = (a + md5Mix(i >> 4, b, c, d) + MD5_SINES[i]! + word) | 0;
      a = d;
      d = c;
      c = b;
      b = (b + rotateLeft(sum, MD5_SHIFTS[((i >> 4) << 2) | (i & 3)]!)) | 0;
    }
    state[0] = state[0]! + a;
    state[1] = state[1]! + b;
    state[2] = state[2]! + c;
    state[3] = state[3]! + d;
  }
  for (let i = 0; i < 4; i++) state[i] = swapped(state[i]!);
  return hex(state, 4);
}

function md5Mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

// ---- SHA-1 (FIPS 180-4)

const INITIAL_SHA1 = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

function sha1(message: Uint8Array): string {
  const size = pad(message, 64, false);
  const [state, words] = [STATE, WORDS];
  state.set(INITIAL_SHA1);
  for (let block = 0; block < size; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = scratch.getInt32(block + 4 * i);
    for (let i = 16; i < 80; i++) {
      words[i] = rotateLeft(words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!, 1);
    }
    let [a, b, c, d, e] = [state[0]!, state[1]!, state[2]!, state[3]!, state[4]!];
    for (let i = 0; i < 80; i++) {
      const sum = (rotateLeft(a, 5) + sha1Step(i, b, c, d) + e + words[i]!) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = sum;
    }
    state[0] = state[0]! + a;
    state[1] = state[1]! + b;
    state[2] = state[2]! + c;
    state[3] = state[3]! + d;
    state[4] = state[4]! + e;
  }
  return hex(state, 5);
}

/** The function of a step and its constant, added up. */
function sha1Step(i: number, b: number, c: number, d: number): number {
  if (i < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (i < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

// ---- SHA-2 (FIPS 180-4)

/** The first 64 bits behind the point of the square (2) or cube (3) root of a prime. */
function fractionOfRoot(prime: number, degree: 2 | 3): bigint {
  const wanted = BigInt(prime) << BigInt(64 * degree);
  let root = 0n;
  for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) {
    if ((root + bit) ** BigInt(degree) <= wanted) root += bit;
  }
  return BigInt.asUintN(64, root);
}

const PRIMES = (() => {
  const primes: number[] = [];
  for (let n = 2; primes.length < 80; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
})();

/** Words of 64 bits as pairs of 32, the upper half first. */
function pairs(values: readonly bigint[]): Int32Array {
  return Int32Array.from(
    values.flatMap((value) => [Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))]),
  );
}

const CONSTANTS_512 = pairs(PRIMES.map((prime) => fractionOfRoot(prime, 3)));
const CONSTANTS_256 = CONSTANTS_512.filter((_, i) => i % 2 === 0).slice(0, 64);
const INITIAL_512 = pairs(PRIMES.slice(0, 8).map((prime) => fractionOfRoot(prime, 2)));
const INITIAL_384 = pairs(PRIMES.slice(8, 16).map((prime) => fractionOfRoot(prime, 2)));
const INITIAL_256 = INITIAL_512.filter((_, i) => i % 2 === 0);
const INITIAL_224 = INITIAL_384.filter((_, i) => i % 2 === 1);

function sha256(message: Uint8Array, initial: Int32Array, resultWords: number): string {
  const size = pad(message, 64, false);
  const [state, words] = [STATE, WORDS];
  state.set(initial);
  for (let block = 0; block < size; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = scratch.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15]!;
      const y = words[i - 2]!;
      const low = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const high = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      words[i] = words[i - 16]! + low + words[i - 7]! + high;
    }
    let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
    let [e, f, g, h] = [state[4]!, state[5]!, state[6]!, state[7]!];
    for (let i = 0; i < 64; i++) {
      const high = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const first = (h + high + ((e & f) ^ (~e & g)) + CONSTANTS_256[i]! + words[i]!) | 0;
      const low = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] = state[0]! + a;
    state[1] = state[1]! + b;
    state[2] = state[2]! + c;
    state[3] = state[3]! + d;
    state[4] = state[4]! + e;
    state[5] = state[5]! + f;
    state[6] = state[6]! + g;
    state[7] = state[7]! + h;
  }
  return hex(state, resultWords);
}

/** A word is two numbers, its upper half (`h`) and its lower one (`l`), from which sums carry; in arrays the upper half comes first. */
function sha512(message: Uint8Array, initial: Int32Array, resultWords: number): string {
  const size = pad(message, 128, false);
  const [state, words] = [STATE, WORDS];
  state.set(initial);
  for (let block = 0; block < size; block += 128) {
    schedule512(block);
    let [ah, al, bh, bl] = [state[0]!, state[1]!, state[2]!, state[3]!];
    let [ch, cl, dh, dl] = [state[4]!, state[5]!, state[6]!, state[7]!];
    let [eh, el, fh, fl] = [state[8]!, state[9]!, state[10]!, state[11]!];
    let [gh, gl, hh, hl] = [state[12]!, state[13]!, state[14]!, state[15]!];
    for (let i = 0; i < 160; i += 2) {
      // h + S1(e) + Ch(e, f, g) + K + W
      const sh = rotated(eh, el, 14) ^ rotated(eh, el, 18) ^ rotated(el, eh, 9);
      const sl = rotated(el, eh, 14) ^ rotated(el, eh, 18) ^ rotated(eh, el, 9);
      const chosenHigh = (eh & fh) ^ (~eh & gh);
      const chosenLow = (el & fl) ^ (~el & gl);
      const low =
        (hl >>> 0) + (sl >>> 0) + (chosenLow >>> 0) + (CONSTANTS_512[i + 1]! >>> 0) + (words[i + 1]! >>> 0);
      const first = (hh + sh + chosenHigh + CONSTANTS_512[i]! + words[i]! + carry(low)) | 0;
      // S0(a) + Maj(a, b, c)
      const th = rotated(ah, al, 28) ^ rotated(al, ah, 2) ^ rotated(al, ah, 7);
      const tl = rotated(al, ah, 28) ^ rotated(ah, al, 2) ^ rotated(ah, al, 7);
      const majorHigh = (ah & bh) ^ (ah & ch) ^ (bh & ch);
      const majorLow = (al & bl) ^ (al & cl) ^ (bl & cl);
      const lowSecond = (tl >>> 0) + (majorLow >>> 0);
      const second = (th + majorHigh + carry(lowSecond)) | 0;
      const lowFirst = low >>> 0;
      const lowE = (dl >>> 0) + lowFirst;
      const lowA = lowFirst + (lowSecond >>> 0);
      [hh, hl, gh, gl, fh, fl] = [gh, gl, fh, fl, eh, el];
      eh = (dh + first + carry(lowE)) | 0;
      el = lowE | 0;
      [dh, dl, ch, cl, bh, bl] = [ch, cl, bh, bl, ah, al];
      ah = (first + second + carry(lowA)) | 0;
      al = lowA | 0;
    }
    addTo(state, 0, ah, al);
    addTo(state, 2, bh, bl);
    addTo(state, 4, ch, cl);
    addTo(state, 6, dh, dl);
    addTo(state, 8, eh, el);
    addTo(state, 10, fh, fl);
    addTo(state, 12, gh, gl);
    addTo(state, 14, hh, hl);
  }
  return hex(state, resultWords);
}

function addTo(state: Int32Array, at: number, high: number, low: number): void {
  const sum = (state[at + 1]! >>> 0) + (low >>> 0);
  state[at] = state[at]! + high + carry(sum);
  state[at + 1] = sum;
}

function schedule512(block: number): void {
  const w = WORDS;
  for (let i = 0; i < 32; i++) w[i] = scratch.getInt32(block + 4 * i);
  for (let i = 32; i < 160; i += 2) {
    const xh = w[i - 30]!;
    const xl = w[i - 29]!;
    const yh = w[i - 4]!;
    const yl = w[i - 3]!;
    const sh = rotated(xh, xl, 1) ^ rotated(xh, xl, 8) ^ (xh >>> 7);
    const sl = rotated(xl, xh, 1) ^ rotated(xl, xh, 8) ^ ((xl >>> 7) | (xh << 25));
    const th = rotated(yh, yl, 19) ^ rotated(yl, yh, 29) ^ (yh >>> 6);
    const tl = rotated(yl, yh, 19) ^ rotated(yh, yl, 29) ^ ((yl >>> 6) | (yh << 26));
    const low = (w[i - 31]! >>> 0) + (sl >>> 0) + (w[i - 13]! >>> 0) + (tl >>> 0);
    w[i] = w[i - 32]! + sh + w[i - 14]! + th + carry(low);
    w[i + 1] = low;
  }
}

/** One half of a pair that is rotated right by fewer than 32 bits: its own bits, and those that come from the other half. */
function rotated(own: number, other: number, bits: number): number {
  return (own >>> bits) | (other << (32 - bits));
}

/** What a sum of unsigned lower halves hands up. */
function carry(low: number): number {
  return (low / 4294967296) | 0;
}
