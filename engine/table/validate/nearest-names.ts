/** Which known names a misspelt one may have meant. */

const MAX_SUGGESTIONS = 3;

/** Best first; a name of the same letters in another case comes before all others. Names too far off are left out. */
export function nearestNames(wanted: string, known: Iterable<string>): string[] {
  const lower = wanted.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const scored: { readonly name: string; readonly distance: number }[] = [];
  for (const name of new Set(known)) {
    const distance = editDistance(lower, name.toLowerCase(), limit);
    if (distance <= limit && name !== wanted) scored.push({ name, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return scored.slice(0, MAX_SUGGESTIONS).map(({ name }) => name);
}

// Insertions, deletions, replacements and swaps of neighbours; gives up (Infinity) once over the limit.
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return Infinity;
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? Infinity;
}
