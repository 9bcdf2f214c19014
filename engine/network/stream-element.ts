import type { RecordBatch } from '../data/record-batch.ts';

/**
 * What travels on a channel, in one order: batches, and the events between them.
 *
 * In a network buffer elements lie one after the other, each at a multiple of 16:
 *
 *    0  u32 kind
 *    4  u32 bytes in all, these 16 included, a multiple of 16
 *    8  f64 watermark, 1 or 0 for idle or active, or checkpoint id
 *   16  the bytes of the batch (batch-layout.ts); of a barrier: f64 trigger timestamp, u32 flags 1 stop, 2 drain, 4 full
 */
export const ELEMENT_HEADER_BYTES = 16;
export const BARRIER_BYTES = 32;

export const ElementKind = {
  BATCH: 1,
  WATERMARK: 2,
  WATERMARK_STATUS: 3,
  BARRIER: 4,
  /** The last record has come; barriers may still follow. */
  END_OF_DATA: 5,
  /** Nothing follows: the channel counts as aligned for every checkpoint from here on. */
  END_OF_PARTITION: 6,
} as const;
export type ElementKind = (typeof ElementKind)[keyof typeof ElementKind];

/** What a checkpoint is for: `stop` ends the job with it, `drain` after the sources' end, `full` takes every page. */
export interface CheckpointOptions {
  readonly stop: boolean;
  readonly drain: boolean;
  readonly full: boolean;
}

export interface CheckpointBarrier {
  readonly checkpointId: number;
  /** When the checkpoint was triggered, milliseconds since the epoch. */
  readonly timestamp: number;
  readonly options: CheckpointOptions;
}

/** An event, as a sender says it. */
export type StreamEvent =
  | { readonly kind: typeof ElementKind.WATERMARK; readonly timestamp: number }
  | { readonly kind: typeof ElementKind.WATERMARK_STATUS; readonly isIdle: boolean }
  | { readonly kind: typeof ElementKind.BARRIER; readonly barrier: CheckpointBarrier }
  | { readonly kind: typeof ElementKind.END_OF_DATA | typeof ElementKind.END_OF_PARTITION };

/**
 * An element, as a receiver reads it. An input gate has a single one and fills it again with every `poll`: a batch in it is lent
 * until the next.
 */
export interface InputElement {
  kind: ElementKind;
  /** Index of the channel in its gate. */
  channel: number;
  batch: RecordBatch | undefined;
  /** Of WATERMARK. */
  timestamp: number;
  /** Of WATERMARK_STATUS. */
  isIdle: boolean;
  barrier: CheckpointBarrier | undefined;
}

export function eventBytes(event: StreamEvent): number {
  return event.kind === ElementKind.BARRIER ? BARRIER_BYTES : ELEMENT_HEADER_BYTES;
}

/** Writes an event of `eventBytes` bytes. */
export function writeEvent(event: StreamEvent, data: DataView, address: number): void {
  let value = 0;
  if (event.kind === ElementKind.WATERMARK) value = event.timestamp;
  if (event.kind === ElementKind.WATERMARK_STATUS) value = event.isIdle ? 1 : 0;
  if (event.kind === ElementKind.BARRIER) {
    const { checkpointId, timestamp, options } = event.barrier;
    value = checkpointId;
    data.setFloat64(address + 16, timestamp, true);
    data.setUint32(
      address + 24,
      (options.stop ? 1 : 0) | (options.drain ? 2 : 0) | (options.full ? 4 : 0),
      true,
    );
    data.setUint32(address + 28, 0, true);
  }
  writeElementHeader(data, address, event.kind, eventBytes(event), value);
}

export function writeElementHeader(
  data: DataView,
  address: number,
  kind: ElementKind,
  bytes: number,
  value: number,
): void {
  data.setUint32(address, kind, true);
  data.setUint32(address + 4, bytes, true);
  data.setFloat64(address + 8, value, true);
}

export function readBarrier(data: DataView, address: number): CheckpointBarrier {
  const flags = data.getUint32(address + 24, true);
  return {
    checkpointId: data.getFloat64(address + 8, true),
    timestamp: data.getFloat64(address + 16, true),
    options: { stop: (flags & 1) !== 0, drain: (flags & 2) !== 0, full: (flags & 4) !== 0 },
  };
}
