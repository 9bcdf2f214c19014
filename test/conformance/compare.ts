import { type Answer, type Cells, type ChangeLine, lineOf, textOf } from './case-file.ts';

/**
 * Holds what an engine gave against what a case says: everything the case holds, and nothing it leaves open.
 *
 * Records of a changelog have to be the same ones, each as often; their order counts where the case says `ordered`. Whatever the order, a `-U`
 * or `-D` takes back a row that stands. Returns the first difference in a line, or undefined.
 */
export function difference(expected: Answer, actual: Answer): string | undefined {
  if (expected.error) {
    if (!actual.error) return `expected an error in phase ${expected.error.phase}, got ${summary(actual)}`;
    if (actual.error.phase === expected.error.phase) return undefined;
    return `expected an error in phase ${expected.error.phase}, got one in ${actual.error.phase}: ${actual.error.text}`;
  }
  if (actual.error) return `failed in phase ${actual.error.phase}: ${actual.error.text}`;
  if (expected.plan !== undefined && expected.plan !== actual.plan)
    return firstLine(expected.plan, actual.plan ?? '');
  const changes = actual.changelog?.rows ?? [];
  const impossible = takenBackWithoutStanding(changes);
  if (impossible) return impossible;
  const table = tableOf(changes);
  if (expected.changelog) {
    const { rows, ordered } = expected.changelog;
    const found = sameLines('record', rows.map(lineOf), changes.map(lineOf), ordered);
    if (found) return found;
  }
  if (expected.table) {
    const { rows, ordered } = expected.table;
    return sameLines('row', rows.map(textOf), table.map(textOf), ordered);
  }
  if (expected.changelog || expected.plan !== undefined) return undefined;
  return 'the case holds no answer';
}

/** Rows left at the end, in the order in which they came to stand. */
export function tableOf(changes: readonly ChangeLine[]): Cells[] {
  const standing: (Cells | undefined)[] = [];
  const places = new Map<string, number[]>();
  for (const { kind, cells } of changes) {
    const key = textOf(cells);
    const at = places.get(key) ?? [];
    places.set(key, at);
    if (kind === '+I' || kind === '+U') at.push(standing.push(cells) - 1);
    else standing[at.shift() ?? -1] = undefined;
  }
  return standing.filter((cells) => cells !== undefined);
}

function takenBackWithoutStanding(changes: readonly ChangeLine[]): string | undefined {
  const standing = new Map<string, number>();
  for (const change of changes) {
    const key = textOf(change.cells);
    const count = (standing.get(key) ?? 0) + (change.kind === '+I' || change.kind === '+U' ? 1 : -1);
    if (count < 0) return `${lineOf(change)} takes back a row that does not stand`;
    standing.set(key, count);
  }
  return undefined;
}

function sameLines(
  noun: string,
  expected: readonly string[],
  actual: readonly string[],
  ordered: boolean,
): string | undefined {
  const [wanted, got] = ordered ? [expected, actual] : [[...expected].sort(), [...actual].sort()];
  const at = wanted.findIndex((line, i) => line !== got[i]);
  if (at < 0 && got.length === wanted.length) return undefined;
  const i = at < 0 ? wanted.length : at;
  const counts = got.length === wanted.length ? '' : ` (${got.length} ${noun}s instead of ${wanted.length})`;
  if (i >= wanted.length) return `unexpected ${noun} ${got[i]}${counts}`;
  if (!ordered && !got.includes(wanted[i]!))
    return `missing ${noun} ${wanted[i]}${counts}; nearest is ${got[i] ?? 'none'}`;
  return `${noun} ${i + 1} is ${got[i] ?? 'missing'}, expected ${wanted[i]}${counts}`;
}

function firstLine(expected: string, actual: string): string {
  const wanted = expected.split('\n');
  const got = actual.split('\n');
  const i = wanted.findIndex((line, at) => line !== got[at]);
  return `plan line ${i + 1} is "${got[i] ?? ''}", expected "${wanted[i] ?? ''}"`;
}

function summary(answer: Answer): string {
  return `${answer.changelog?.rows.length ?? 0} records`;
}
