import { MAX_WATERMARK, MIN_WATERMARK } from './watermark.ts';

/** Where a valve's results go. */
export interface WatermarkOutput {
  emitWatermark(timestamp: number): void;
  emitWatermarkStatus(isIdle: boolean): void;
}

/** What a valve knows of one channel; the console draws it. */
export interface ChannelProgress {
  readonly watermark: number;
  readonly isIdle: boolean;
  /** Whether its watermark counts: false while it is idle, and after that until it has caught up. */
  readonly isAligned: boolean;
}

interface ChannelStatus {
  watermark: number;
  isIdle: boolean;
  isAligned: boolean;
}

/**
 * Makes one watermark and one status of those of all channels of an input gate (S-6, S-7).
 *
 * The output is the lowest watermark of the channels that count, and never goes back. A channel that turns idle no longer counts; one that
 * turns active again counts from where its watermark has reached the output. Once all are idle the highest watermark
 * of all goes out, so that the result does not depend on the order in which they fell silent.
 *
 * A channel at MAX_WATERMARK has ended and does not count either: MAX_WATERMARK goes out when all have ended, never because the others
 * are idle for a while. In this, and where a channel comes back alone, we follow what Flink made of FLINK-38477
 * and FLINK-40475 after 2.3, which loses or holds back rows there.
 */
export class StatusWatermarkValve {
  readonly #channels: ChannelStatus[];
  readonly #output: WatermarkOutput;
  #lastWatermark = MIN_WATERMARK;
  #isIdle = false;

  constructor(channelCount: number, output: WatermarkOutput) {
    this.#output = output;
    this.#channels = Array.from({ length: channelCount }, () => ({
      watermark: MIN_WATERMARK,
      isIdle: false,
      isAligned: true,
    }));
  }

  /** The last watermark that went out. */
  get watermark(): number {
    return this.#lastWatermark;
  }

  get channels(): readonly ChannelProgress[] {
    return this.#channels;
  }

  /** Ignored while the channel is idle (but for its end), or if it is no progress. */
  inputWatermark(timestamp: number, channel: number): void {
    const status = this.#channel(channel);
    if (timestamp <= status.watermark) return;
    if (timestamp === MAX_WATERMARK) return this.#end(status);
    if (status.isIdle) return;
    status.watermark = timestamp;
    if (timestamp >= this.#lastWatermark) status.isAligned = true;
    this.#emitLowest();
  }

  /** Ignored once the channel has ended. */
  inputWatermarkStatus(isIdle: boolean, channel: number): void {
    const status = this.#channel(channel);
    if (status.isIdle === isIdle || hasEnded(status)) return;
    status.isIdle = isIdle;
    if (isIdle) {
      status.isAligned = false;
      this.#leave(status.watermark);
    } else {
      if (status.watermark >= this.#lastWatermark) status.isAligned = true;
      this.#setStatus(false);
      this.#emitLowest();
    }
  }

  #end(status: ChannelStatus): void {
    const before = status.watermark;
    status.watermark = MAX_WATERMARK;
    status.isIdle = false;
    status.isAligned = false;
    if (!this.#channels.every(hasEnded)) return this.#leave(before);
    this.#setStatus(false);
    this.#emit(MAX_WATERMARK);
  }

  /** A channel with this watermark counts no longer. */
  #leave(watermark: number): void {
    const others = this.#channels.filter((channel) => !hasEnded(channel));
    if (others.some((channel) => !channel.isIdle)) {
      if (watermark === this.#lastWatermark) this.#emitLowest();
      return;
    }
    // While the valve is idle nothing may go out but a change of status.
    if (!this.#isIdle)
      this.#emit(others.reduce((high, channel) => Math.max(high, channel.watermark), MIN_WATERMARK));
    this.#setStatus(true);
  }

  #emitLowest(): void {
    let lowest = Infinity;
    for (const { isAligned, watermark } of this.#channels) {
      if (isAligned && watermark < lowest) lowest = watermark;
    }
    if (lowest !== Infinity) this.#emit(lowest);
  }

  #setStatus(isIdle: boolean): void {
    if (this.#isIdle === isIdle) return;
    this.#isIdle = isIdle;
    this.#output.emitWatermarkStatus(isIdle);
  }

  #emit(watermark: number): void {
    if (watermark <= this.#lastWatermark) return;
    this.#lastWatermark = watermark;
    this.#output.emitWatermark(watermark);
  }

  #channel(index: number): ChannelStatus {
    const status = this.#channels[index];
    if (!status) throw new RangeError(`no channel ${index} of ${this.#channels.length}`);
    return status;
  }
}

function hasEnded({ watermark }: ChannelProgress): boolean {
  return watermark === MAX_WATERMARK;
}
