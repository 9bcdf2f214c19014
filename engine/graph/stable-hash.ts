/** 128 bits of a text as 32 hexadecimal digits: the same in every build and on every machine. Not for secrets. */
export function stableHash(text: string): string {
  // FNV-1a over UTF-16 units, four at once that began at bases of their own, mixed at the end as murmur does.
  let [a, b, c, d] = [basis(0), basis(1), basis(2), basis(3)];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, PRIME);
    b = Math.imul(b ^ unit, PRIME);
    c = Math.imul(c ^ unit, PRIME);
    d = Math.imul(d ^ unit, PRIME);
  }
  return mixed(a) + mixed(b) + mixed(c) + mixed(d);
}

const PRIME = 0x01000193;

function basis(seed: number): number {
  return Math.imul(0x811c9dc5 ^ seed, 0x9e3779b1);
}

function mixed(hash: number): string {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
}
