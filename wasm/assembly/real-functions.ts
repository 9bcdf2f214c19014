/** Functions of DOUBLE over columns. */

import * as elementary from './elementary';

const EXP = 0;
const LOG = 1;
const LOG10 = 2;
const SIN = 3;
const COS = 4;
const TAN = 5;

// @ts-ignore: decorator
@inline
function map(name: i32, rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const x = load<f64>(a + row * stride);
    let y: f64;
    if (name == EXP) y = elementary.exp(x);
    else if (name == LOG) y = elementary.log(x);
    else if (name == LOG10) y = elementary.log10(x);
    else if (name == SIN) y = elementary.sin(x);
    else if (name == COS) y = elementary.cos(x);
    else y = elementary.tan(x);
    store<f64>(out + (<usize>row << 3), y);
  }
}

export function expF64(rows: u32, a: usize, stride: u32, out: usize): void {
  map(EXP, rows, a, stride, out);
}
export function logF64(rows: u32, a: usize, stride: u32, out: usize): void {
  map(LOG, rows, a, stride, out);
}
export function log10F64(rows: u32, a: usize, stride: u32, out: usize): void {
  map(LOG10, rows, a, stride, out);
}
export function sinF64(rows: u32, a: usize, stride: u32, out: usize): void {
  map(SIN, rows, a, stride, out);
}
export function cosF64(rows: u32, a: usize, stride: u32, out: usize): void {
  map(COS, rows, a, stride, out);
}
export function tanF64(rows: u32, a: usize, stride: u32, out: usize): void {
  map(TAN, rows, a, stride, out);
}

export function powF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<f64>(out + (<usize>row << 3), elementary.pow(load<f64>(a + row * strideA), load<f64>(b + row * strideB)));
  }
}
