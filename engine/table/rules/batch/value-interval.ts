/** Between which values a column lies, as Flink's guesses know it; an end that is absent is open. Numbers compare with numbers, texts with texts. */
export interface Bounds {
  readonly lower?: Bound;
  readonly upper?: Bound;
}

export interface Bound {
  readonly value: number | string;
  readonly isIncluded: boolean;
}

/** Undefined: nothing is known. `empty`: there are no values. */
export type ValueInterval = Bounds | 'empty';

export function pointInterval(value: number | string): ValueInterval {
  const bound: Bound = { value, isIncluded: true };
  return { lower: bound, upper: bound };
}

/** The values of both. */
export function intersectIntervals(a: ValueInterval, b: ValueInterval): ValueInterval {
  if (a === 'empty' || b === 'empty') return 'empty';
  const lower = inner(a.lower, b.lower, (x, y) => x > y);
  const upper = inner(a.upper, b.upper, (x, y) => x < y);
  if (lower && upper) {
    const isPoint = lower.isIncluded && upper.isIncluded;
    if (lower.value > upper.value || (lower.value === upper.value && !isPoint)) return 'empty';
  }
  return { ...(lower && { lower }), ...(upper && { upper }) };
}

/** From the lower of both to the upper. */
export function uniteIntervals(a: ValueInterval, b: ValueInterval): ValueInterval {
  if (a === 'empty') return b;
  if (b === 'empty') return a;
  const lower = outer(a.lower, b.lower, (x, y) => x < y);
  const upper = outer(a.upper, b.upper, (x, y) => x > y);
  return { ...(lower && { lower }), ...(upper && { upper }) };
}

export function areIntersecting(a: ValueInterval, b: ValueInterval): boolean {
  return intersectIntervals(a, b) !== 'empty';
}

export function containsValue(interval: ValueInterval, value: number | string): boolean {
  return areIntersecting(interval, pointInterval(value));
}

/** Of two ends the one that leaves less; an open one leaves all. */
function inner(
  a: Bound | undefined,
  b: Bound | undefined,
  isInside: (x: Bound['value'], y: Bound['value']) => boolean,
): Bound | undefined {
  if (!a || !b) return a ?? b;
  if (a.value === b.value) return a.isIncluded ? b : a;
  return isInside(a.value, b.value) ? a : b;
}

function outer(
  a: Bound | undefined,
  b: Bound | undefined,
  isOutside: (x: Bound['value'], y: Bound['value']) => boolean,
): Bound | undefined {
  if (!a || !b) return undefined;
  if (a.value === b.value) return a.isIncluded ? a : b;
  return isOutside(a.value, b.value) ? a : b;
}
