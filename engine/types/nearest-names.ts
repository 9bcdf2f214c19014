/** The names somebody may have meant: for the suggestions of error messages. */

/**
 * At most `limit` of `candidates` that are a few letters from `name`, nearest first, of those the ones of nearly its length; case does not count, and `name` itself is none of them.
 *
 * Allowed are one edit in short names and up to a third of the letters in longer ones. An edit is a letter more,
 * fewer or other, or two neighbours swapped.
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const found: { candidate: string; distance: number; longer: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const longer = Math.abs(candidate.length - wanted.length);
    if (candidate === name || longer > allowed) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), allowed);
    if (distance <= allowed) found.push({ candidate, distance, longer });
  }
  found.sort(
    (a, b) => a.distance - b.distance || a.longer - b.longer || (a.candidate < b.candidate ? -1 : 1),
  );
  return found.slice(0, limit).map((f) => f.candidate);
}

/** Optimal string alignment distance; some number above `limit` when it is more than that. */
function editDistance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, beforePrevious[j - 2]! + 1);
      }
      row.push(d);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}
