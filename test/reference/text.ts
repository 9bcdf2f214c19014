/** Text functions on arrays of code points: S-60g to S-60j written down. `null` is NULL. */

export function substring(text: string, position: number, length?: number): string | null {
  const points = [...text];
  if (length !== undefined && length < 0) return null;
  if (points.length === 0) return '';
  let start = position > 0 ? position - 1 : 0;
  if (position < 0) {
    start = points.length + position;
    if (start < 0) return '';
  }
  return points.slice(start, length === undefined ? undefined : start + length).join('');
}

export function splitIndex(text: string, separator: string, index: number): string | null {
  if (text === '' || index < 0) return null;
  return text.split(separator)[index] ?? null;
}

export function position(needle: string, text: string): number {
  const at = text.indexOf(needle);
  return at < 0 ? 0 : [...text.slice(0, at)].length + 1;
}

export function trim(text: string, characters: string, sides: number): string {
  let points = [...text];
  if (sides & 2) while (points.length > 0 && characters.includes(points.at(-1))) points = points.slice(0, -1);
  if (sides & 1) while (points.length > 0 && characters.includes(points[0]!)) points = points.slice(1);
  return points.join('');
}

/** LIKE by its definition: try every length for `%`. */
export function like(text: string, pattern: string): boolean {
  return matches([...text], [...pattern]);
}

function matches(text: readonly string[], pattern: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '%') return matches(text, rest) || (text.length > 0 && matches(text.slice(1), pattern));
  return text.length > 0 && (first === '_' || first === text[0]) && matches(text.slice(1), rest);
}
