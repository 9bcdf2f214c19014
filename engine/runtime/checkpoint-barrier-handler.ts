import type { CheckpointBarrier } from '../network/stream-element.ts';

/** What the handler has done by its task. */
export interface BarrierListener {
  /** Every channel has reached the barrier. `alignmentMs`: time since the first did. */
  triggerCheckpoint(barrier: CheckpointBarrier, alignmentMs: number): void;
  /** A checkpoint that some channels have reached is given up for a newer one. */
  declineCheckpoint(checkpointId: number, reason: string): void;
  blockChannel(gate: number, channel: number): void;
  unblockChannels(): void;
}

interface Alignment {
  readonly barrier: CheckpointBarrier;
  readonly began: number;
  /** Channels that its barrier has come from, as `gate/channel`. */
  readonly reached: Set<string>;
}

/**
 * Aligns checkpoints over all channels of a task (S-72).
 *
 * A channel that has delivered the barrier of a checkpoint is blocked until all others have too, so that the snapshot holds exactly what came
 * before the barriers; in AT_LEAST_ONCE mode it is not. A channel that has ended counts as aligned. A newer barrier gives up the checkpoint
 * being aligned; barriers of older ones, and of ones that were aborted, are passed over.
 */
export class CheckpointBarrierHandler {
  readonly #listener: BarrierListener;
  readonly #blocks: boolean;
  readonly #now: () => number;
  readonly #open = new Set<string>();
  #alignment: Alignment | undefined;
  /** Checkpoints up to this one are done with. */
  #lastId = 0;
  /** The coordinator's own trigger, for when no channel is left to bring a barrier. */
  #announced: CheckpointBarrier | undefined;

  /** @param channels how many channels each gate has */
  constructor(
    channels: readonly number[],
    listener: BarrierListener,
    mode: 'EXACTLY_ONCE' | 'AT_LEAST_ONCE',
    now: () => number,
  ) {
    channels.forEach((count, gate) => {
      for (let channel = 0; channel < count; channel++) this.#open.add(keyOf(gate, channel));
    });
    this.#listener = listener;
    this.#blocks = mode === 'EXACTLY_ONCE';
    this.#now = now;
  }

  processBarrier(barrier: CheckpointBarrier, gate: number, channel: number): void {
    const { checkpointId } = barrier;
    if (checkpointId <= this.#lastId) return;
    const pending = this.#alignment?.barrier.checkpointId ?? 0;
    if (checkpointId < pending) return;
    if (checkpointId > pending) {
      this.#giveUp(`Checkpoint ${checkpointId} came before it was aligned.`);
      this.#alignment = { barrier, began: this.#now(), reached: new Set() };
    }
    this.#alignment?.reached.add(keyOf(gate, channel));
    if (this.#blocks) this.#listener.blockChannel(gate, channel);
    this.#completeIfAligned();
  }

  /** Nothing comes from the channel any more. */
  processEndOfPartition(gate: number, channel: number): void {
    this.#open.delete(keyOf(gate, channel));
    this.#completeIfAligned();
    this.#triggerAnnounced();
  }

  /** The coordinator has triggered a checkpoint here, because it takes all senders for finished. */
  announce(barrier: CheckpointBarrier): void {
    this.#announced = barrier;
    this.#triggerAnnounced();
  }

  /** The coordinator has given the checkpoint up; its barriers may still come, or never. */
  abort(checkpointId: number): void {
    if (this.#announced && this.#announced.checkpointId <= checkpointId) this.#announced = undefined;
    if (checkpointId <= this.#lastId) return;
    const pending = this.#alignment?.barrier.checkpointId;
    if (pending !== undefined && pending > checkpointId) return;
    this.#alignment = undefined;
    this.#lastId = checkpointId;
    this.#listener.unblockChannels();
  }

  #completeIfAligned(): void {
    const alignment = this.#alignment;
    if (!alignment) return;
    for (const channel of this.#open) if (!alignment.reached.has(channel)) return;
    this.#alignment = undefined;
    this.#lastId = alignment.barrier.checkpointId;
    this.#listener.triggerCheckpoint(alignment.barrier, this.#now() - alignment.began);
    this.#listener.unblockChannels();
  }

  #triggerAnnounced(): void {
    const barrier = this.#announced;
    if (!barrier || this.#open.size > 0 || this.#alignment) return;
    this.#announced = undefined;
    if (barrier.checkpointId <= this.#lastId) return;
    this.#lastId = barrier.checkpointId;
    this.#listener.triggerCheckpoint(barrier, 0);
  }

  #giveUp(reason: string): void {
    const alignment = this.#alignment;
    if (!alignment) return;
    this.#alignment = undefined;
    this.#lastId = alignment.barrier.checkpointId;
    this.#listener.declineCheckpoint(alignment.barrier.checkpointId, reason);
    this.#listener.unblockChannels();
  }
}

function keyOf(gate: number, channel: number): string {
  return `${gate}/${channel}`;
}
