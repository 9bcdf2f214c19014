import type { WatermarkOutput } from './status-watermark-valve.ts';
import { MAX_WATERMARK, MIN_WATERMARK } from './watermark.ts';

/**
 * The watermark of an operator with several inputs: the lowest of its active inputs, never going back (S-8).
 *
 * Idle inputs do not hold it up; once all are idle it is the highest of them. An input at MAX_WATERMARK has ended and leaves the
 * others alone; when all have, MAX_WATERMARK goes out.
 * Differs from `StatusWatermarkValve` in that a watermark wakes its input, and one that comes back counts at once.
 */
export class CombinedWatermark {
  readonly #watermarks: number[];
  readonly #idle: boolean[];
  readonly #output: WatermarkOutput;
  #combined = MIN_WATERMARK;
  #isIdle = false;

  constructor(inputCount: number, output: WatermarkOutput) {
    this.#output = output;
    this.#watermarks = new Array<number>(inputCount).fill(MIN_WATERMARK);
    this.#idle = new Array<boolean>(inputCount).fill(false);
  }

  get watermark(): number {
    return this.#combined;
  }

  inputWatermark(timestamp: number, input: number): void {
    if (timestamp > (this.#watermarks[input] ?? Infinity)) this.#watermarks[input] = timestamp;
    this.#idle[input] = false;
    this.#update();
  }

  inputWatermarkStatus(isIdle: boolean, input: number): void {
    this.#idle[input] = isIdle;
    this.#update();
  }

  /** A rise to the watermark of the last active input goes out before the idleness of all; activity before its watermark. */
  #update(): void {
    const open = this.#watermarks.flatMap((watermark, input) => (watermark === MAX_WATERMARK ? [] : [input]));
    const active = open.filter((input) => !this.#idle[input]);
    const isIdle = open.length > 0 && active.length === 0;
    if (this.#isIdle && !isIdle) this.#setStatus(false);
    const counted = (isIdle ? open : active).map((input) => this.#watermarks[input]!);
    const combined = isIdle ? Math.max(...counted) : Math.min(MAX_WATERMARK, ...counted);
    if (combined > this.#combined) {
      this.#combined = combined;
      this.#output.emitWatermark(combined);
    }
    if (!this.#isIdle && isIdle) this.#setStatus(true);
  }

  #setStatus(isIdle: boolean): void {
    this.#isIdle = isIdle;
    this.#output.emitWatermarkStatus(isIdle);
  }
}
