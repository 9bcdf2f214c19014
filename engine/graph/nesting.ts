/**
 * Whether plain data is nested deeper than `levels`: objects and arrays within each other.
 *
 * What is posted to a worker is read there by recursion, and what is too deep for its stack never arrives, without a word to the sender.
 */
export function isNestedDeeper(data: unknown, levels: number): boolean {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    level = level.filter((each) => typeof each === 'object' && each !== null && !ArrayBuffer.isView(each));
  }
  return false;
}
