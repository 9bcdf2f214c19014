/** 128 bits of a text as 32 hexadecimal digits: the same in every build and on every machine. Not for secrets. */
export function stableHash(text: string): string {
  let digits = '';
  for (let seed = 0; seed < 4; seed++) digits += fnv1a(text, seed).toString(16).padStart(8, '0');
  return digits;
}

// FNV-1a over UTF-16 units, begun at another basis a seed and mixed at the end as murmur does.
function fnv1a(text: string, seed: number): number {
  let hash = Math.imul(0x811c9dc5 ^ seed, 0x9e3779b1);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
