/**
 * Which rows go to which channel: a list of targets becomes one selection for each channel.
 *
 * Twin of engine/network/stream-partitioner.ts. All selections lie in one array of `rows` u32, one channel's after the other's;
 * `ends` says where each ends.
 */

import { appendMask } from './lanes';

/** Up to so many channels a pass for each is faster than counting. */
const FEW_CHANNELS: u32 = 4;

/**
 * Sorts row numbers by their target, keeping their order.
 *
 * @param targets a u32 below `channels` for each row
 * @param ends room for a u32 a channel; afterwards the index in `selection` past the channel's last row
 * @param selection room for eight entries more than there are rows
 */
export function partitionRows(rows: u32, targets: usize, channels: u32, ends: usize, selection: usize): void {
  if (channels <= FEW_CHANNELS) partitionByPasses(rows, targets, channels, ends, selection);
  else partitionByCounts(rows, targets, channels, ends, selection);
}

function partitionByPasses(rows: u32, targets: usize, channels: u32, ends: usize, selection: usize): void {
  let end = selection;
  for (let channel: u32 = 0; channel < channels; channel++) {
    const wanted = i32x4.splat(channel);
    let row: u32 = 0;
    for (; row + 8 <= rows; row += 8) {
      const low = i32x4.eq(v128.load(targets + ((<usize>row) << 2)), wanted);
      const high = i32x4.eq(v128.load(targets + ((<usize>row) << 2), 16), wanted);
      end = appendMask(end, i16x8.bitmask(i16x8.narrow_i32x4_s(low, high)), row);
    }
    for (; row < rows; row++) {
      store<u32>(end, row);
      if (load<u32>(targets + ((<usize>row) << 2)) == channel) end += 4;
    }
    store<u32>(ends + ((<usize>channel) << 2), <u32>((end - selection) >> 2));
  }
  assert(end == selection + ((<usize>rows) << 2), "a row has no channel");
}

function partitionByCounts(rows: u32, targets: usize, channels: u32, ends: usize, selection: usize): void {
  memory.fill(ends, 0, <usize>channels << 2);
  for (let row: u32 = 0; row < rows; row++) {
    const target = load<u32>(targets + ((<usize>row) << 2));
    assert(target < channels, "a row has no channel");
    const count = ends + ((<usize>target) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let begin: u32 = 0;
  for (let channel: u32 = 0; channel < channels; channel++) {
    const end = ends + ((<usize>channel) << 2);
    const count = load<u32>(end);
    store<u32>(end, begin);
    begin += count;
  }
  for (let row: u32 = 0; row < rows; row++) {
    const end = ends + ((<usize>load<u32>(targets + ((<usize>row) << 2))) << 2);
    const at = load<u32>(end);
    store<u32>(selection + ((<usize>at) << 2), row);
    store<u32>(end, at + 1);
  }
}

/** Targets in turn: the first row goes to `first`, below `channels`. */
export function roundRobinTargets(rows: u32, first: u32, channels: u32, targets: usize): void {
  let target = first;
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(targets + ((<usize>row) << 2), target);
    target++;
    if (target == channels) target = 0;
  }
}
