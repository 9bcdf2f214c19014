import type { InputGate } from '../network/input-gate.ts';
import { ElementKind, type CheckpointBarrier, type InputElement } from '../network/stream-element.ts';
import { StatusWatermarkValve } from '../time/status-watermark-valve.ts';
import { MIN_WATERMARK } from '../time/watermark.ts';
import type { ChainOutput } from './chain-output.ts';
import { CheckpointBarrierHandler } from './checkpoint-barrier-handler.ts';

/** What the input tells its task. */
export interface StreamInputListener {
  triggerCheckpoint(barrier: CheckpointBarrier, alignmentMs: number): void;
  declineCheckpoint(checkpointId: number, reason: string): void;
}

/**
 * The gates of a task: takes one element after the other, from gate after gate, and hands batches to the chain, watermarks to the gate's
 * valve and barriers to the barrier handler.
 */
export class StreamInput {
  readonly #gates: readonly InputGate[];
  readonly #ends: readonly ChainOutput[];
  readonly #valves: readonly StatusWatermarkValve[];
  readonly #barriers: CheckpointBarrierHandler;
  /** Channels whose last record, and whose last element, has not come. */
  #withData: number;
  #open: number;
  #current = 0;

  /** @param ends where each gate's elements go in the chain */
  constructor(
    gates: readonly InputGate[],
    ends: readonly ChainOutput[],
    listener: StreamInputListener,
    mode: 'EXACTLY_ONCE' | 'AT_LEAST_ONCE',
    now: () => number,
  ) {
    this.#gates = gates;
    this.#ends = ends;
    this.#valves = gates.map((gate, index) => new StatusWatermarkValve(gate.channels.length, ends[index]!)); // one for each
    const channels = gates.map((gate) => gate.channels.length);
    this.#withData = this.#open = channels.reduce((sum, count) => sum + count, 0);
    this.#barriers = new CheckpointBarrierHandler(
      channels,
      {
        triggerCheckpoint: (barrier, alignmentMs) => listener.triggerCheckpoint(barrier, alignmentMs),
        declineCheckpoint: (id, reason) => listener.declineCheckpoint(id, reason),
        blockChannel: (gate, channel) => gates[gate]?.block(channel),
        unblockChannels: () => {
          for (const gate of gates) gate.unblockAll();
        },
      },
      mode,
      now,
    );
  }

  set onAvailable(callback: () => void) {
    for (const gate of this.#gates) gate.onAvailable = callback;
  }

  set onError(callback: (error: unknown) => void) {
    for (const gate of this.#gates) gate.onError = callback;
  }

  get barriers(): CheckpointBarrierHandler {
    return this.#barriers;
  }

  /** Every channel has delivered its last record. */
  get hasEndOfData(): boolean {
    return this.#withData === 0;
  }

  /** Nothing comes any more. */
  get hasEnded(): boolean {
    return this.#open === 0;
  }

  get recordsIn(): number {
    return this.#gates.reduce((sum, { recordsIn }) => sum + recordsIn, 0);
  }

  /** The lowest watermark of the gates. */
  get watermark(): number {
    return this.#valves.reduce((lowest, { watermark }) => Math.min(lowest, watermark), Infinity);
  }

  /** Processes one element. False if there is none. */
  processNext(): boolean {
    const gates = this.#gates;
    for (let tried = 0; tried < gates.length; tried++) {
      const index = this.#current;
      const element = gates[index]!.poll(); // #current is below their count
      if (!element || gates[index]!.isBetweenBuffers) this.#current = (index + 1) % gates.length;
      if (!element) continue;
      this.#process(index, element);
      return true;
    }
    return false;
  }

  release(): void {
    for (const gate of this.#gates) gate.release();
  }

  #process(gate: number, element: InputElement): void {
    switch (element.kind) {
      case ElementKind.BATCH:
        return this.#ends[gate]!.emit(element.batch!); // a gate gives the batch with this kind
      case ElementKind.WATERMARK:
        return this.#valves[gate]!.inputWatermark(element.timestamp, element.channel);
      case ElementKind.WATERMARK_STATUS:
        return this.#valves[gate]!.inputWatermarkStatus(element.isIdle, element.channel);
      case ElementKind.BARRIER:
        return this.#barriers.processBarrier(element.barrier!, gate, element.channel);
      case ElementKind.END_OF_DATA:
        this.#withData--;
        return;
      case ElementKind.END_OF_PARTITION:
        this.#open--;
        return this.#barriers.processEndOfPartition(gate, element.channel);
    }
  }
}

/** A watermark as reports have it: null before the first. */
export function reportedWatermark(watermark: number | undefined): number | null {
  return watermark === undefined || watermark === MIN_WATERMARK || watermark === Infinity ? null : watermark;
}
