/**
 * Whether plain data is nested deeper than `levels`: objects and arrays within each other.
 *
 * What is posted to a worker is read there by recursion, and what is too deep for its stack never arrives, without a word to the sender.
 */
export function isNestedDeeper(data: unknown, levels: number): boolean {
  let level = [data].filter(isNest);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === levels) return true;
    level = level.flatMap((each) => (Object.values(each) as unknown[]).filter(isNest));
  }
  return false;
}

function isNest(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}
