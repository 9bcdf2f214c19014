/**
 * Numbers of some 106 bits, each the sum of two doubles of which the second is at most half a unit in the last place of the
 * first. A function returns the first and leaves the second in `low`, to be read before the next call.
 */

export let low: f64 = 0;

/** Cuts a double in two halves of 26 bits, whose products are exact. */
const SPLIT: f64 = 134217729;

/** The exact sum of two doubles. */
export function sum(a: f64, b: f64): f64 {
  const high = a + b;
  const back = high - a;
  low = a - (high - back) + (b - back);
  return high;
}

/** The exact sum of two doubles of which the first is the greater one. */
// @ts-ignore: decorator
@inline
function renormalized(a: f64, b: f64): f64 {
  const high = a + b;
  low = b - (high - a);
  return high;
}

/** What the product of two doubles below 2^996 loses. */
// @ts-ignore: decorator
@inline
function productError(a: f64, b: f64, product: f64): f64 {
  const wideA = a * SPLIT;
  const wideB = b * SPLIT;
  const highA = wideA - (wideA - a);
  const highB = wideB - (wideB - b);
  const lowA = a - highA;
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

export function add(a: f64, aLow: f64, b: f64, bLow: f64): f64 {
  const high = sum(a, b);
  return renormalized(high, low + (aLow + bLow));
}

export function multiply(a: f64, aLow: f64, b: f64, bLow: f64): f64 {
  const product = a * b;
  return renormalized(product, productError(a, b, product) + (a * bLow + aLow * b));
}

export function divide(a: f64, aLow: f64, b: f64, bLow: f64): f64 {
  const quotient = a / b;
  const product = quotient * b;
  const rest = a - product - productError(quotient, b, product) + (aLow - quotient * bLow);
  return renormalized(quotient, rest / b);
}
