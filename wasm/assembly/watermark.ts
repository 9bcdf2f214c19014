/**
 * Where in a batch watermarks are due; twin of engine/operators/watermark-assigner.ts.
 *
 *   state:  | current: i64 | last emitted: i64 | interval: i64 |   in milliseconds
 *
 * `current` is the greatest watermark that any row has asked for. One is due as soon as it is more than `interval` ahead of the last.
 */
@unmanaged class WatermarkState {
  current: i64;
  last: i64;
  interval: i64;
}

/**
 * Goes through rows `from` to `rows` and stops behind the first that makes a watermark due: gives the number of that row plus one, or 0
 * if there is none. `last` is then the watermark to emit.
 */
export function nextWatermark(state: usize, values: usize, stride: u32, validity: usize, from: u32, rows: u32): u32 {
  const watermark = changetype<WatermarkState>(state);
  let current = watermark.current;
  const due = watermark.last + watermark.interval;
  for (let row = from; row < rows; row++) {
    const wanted = load<i64>(values + <usize>row * stride);
    if (wanted <= current || (validity && !load<u8>(validity + (stride ? <usize>row : 0)))) continue;
    current = wanted;
    if (current > due) {
      watermark.current = current;
      watermark.last = current;
      return row + 1;
    }
  }
  watermark.current = current;
  return 0;
}

/** Number of the first row that is NULL plus one, or 0. */
export function firstNull(validity: usize, rows: u32): u32 {
  for (let row: u32 = 0; row < rows; row++) if (!load<u8>(validity + row)) return row + 1;
  return 0;
}
