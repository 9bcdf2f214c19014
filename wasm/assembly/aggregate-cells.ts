/** Steps that the kernels of accumulators share; what their arguments mean stands in `aggregate.ts`. Nothing here is exported to the engine. */

// @ts-ignore: decorator
@inline
export function weightAt(weights: usize, row: u32): i64 {
  return weights ? <i64>load<i8>(weights + row) : 1;
}

// @ts-ignore: decorator
@inline
export function put<T>(array: usize, row: u32, value: T): void {
  if (array) store<T>(array + <usize>row * sizeof<T>(), value);
}

// @ts-ignore: decorator
@inline
export function isEmpty(counts: usize, row: u32): bool {
  return counts != 0 && load<i64>(counts + (<usize>row << 3)) == 0;
}
