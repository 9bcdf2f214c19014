import type { Clock } from '../time/clock.ts';
import { TableException } from '../types/errors.ts';
import { durationOption, integerOption, numberOption, type Configuration } from './job-options.ts';

/**
 * Whether a failed job is started again, and after how long. Option keys and defaults are Flink's
 * (`restart-strategy.*`); failures are counted from the submission of the job.
 */
export interface RestartStrategy {
  /** Called once a failure, before the two questions. */
  notifyFailure(): void;
  canRestart(): boolean;
  backoffMs(): number;
  /** For messages: name and settings. */
  toString(): string;
}

/**
 * The strategy that a job's options ask for. Without any: none, and exponential-delay where checkpoints are taken periodically.
 * @param random gives numbers from 0 (inclusive) to 1 (exclusive), for the jitter
 */
export function createRestartStrategy(
  configuration: Configuration,
  clock: Clock,
  random: () => number,
): RestartStrategy {
  const isCheckpointing = configuration['execution.checkpointing.interval'] !== undefined;
  const name =
    configuration['restart-strategy.type'] ??
    configuration['restart-strategy'] ??
    (isCheckpointing ? 'exponential-delay' : 'none');
  switch (name.toLowerCase()) {
    case 'none':
    case 'off':
    case 'disable':
      return new NoRestartStrategy();
    case 'fixeddelay':
    case 'fixed-delay':
      return new FixedDelayRestartStrategy(configuration);
    case 'exponentialdelay':
    case 'exponential-delay':
      return new ExponentialDelayRestartStrategy(configuration, clock, random);
    case 'failurerate':
    case 'failure-rate':
      return new FailureRateRestartStrategy(configuration, clock);
    default:
      throw new TableException(
        `Invalid value '${name}' for option 'restart-strategy.type': ` +
          `'none', 'fixed-delay', 'exponential-delay' or 'failure-rate' is expected.`,
      );
  }
}

class NoRestartStrategy implements RestartStrategy {
  notifyFailure(): void {}

  canRestart(): boolean {
    return false;
  }

  backoffMs(): number {
    return 0;
  }

  toString(): string {
    return 'none';
  }
}

class FixedDelayRestartStrategy implements RestartStrategy {
  readonly #attempts: number;
  readonly #delayMs: number;
  #failures = 0;

  constructor(configuration: Configuration) {
    this.#attempts = integerOption(configuration, 'restart-strategy.fixed-delay.attempts', 1);
    this.#delayMs = durationOption(configuration, 'restart-strategy.fixed-delay.delay', 1000);
  }

  notifyFailure(): void {
    this.#failures++;
  }

  canRestart(): boolean {
    return this.#failures <= this.#attempts;
  }

  backoffMs(): number {
    return this.#delayMs;
  }

  toString(): string {
    return `fixed-delay (attempts ${this.#attempts}, delay ${this.#delayMs} ms)`;
  }
}

/** The delay grows with every failure that follows another closely, and starts again after a long quiet time. */
class ExponentialDelayRestartStrategy implements RestartStrategy {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #multiplier: number;
  readonly #resetMs: number;
  readonly #jitter: number;
  readonly #attempts: number;
  #currentMs: number;
  #lastFailureMs = -Infinity;
  #attempt = 0;

  constructor(configuration: Configuration, clock: Clock, random: () => number) {
    const prefix = 'restart-strategy.exponential-delay';
    this.#clock = clock;
    this.#random = random;
    this.#initialMs = durationOption(configuration, `${prefix}.initial-backoff`, 1000);
    this.#maxMs = durationOption(configuration, `${prefix}.max-backoff`, 60_000);
    this.#multiplier = numberOption(configuration, `${prefix}.backoff-multiplier`, 1.5);
    this.#resetMs = durationOption(configuration, `${prefix}.reset-backoff-threshold`, 3_600_000);
    this.#jitter = numberOption(configuration, `${prefix}.jitter-factor`, 0.1);
    this.#attempts = integerOption(configuration, `${prefix}.attempts-before-reset-backoff`, Infinity, 1);
    check(prefix, this.#initialMs >= 1, 'the initial backoff must be at least 1 ms');
    check(prefix, this.#initialMs <= this.#maxMs, 'the initial backoff cannot be longer than the maximum');
    check(prefix, this.#multiplier > 1, 'the multiplier must be greater than 1');
    check(prefix, this.#jitter >= 0 && this.#jitter <= 1, 'the jitter factor must lie between 0 and 1');
    this.#currentMs = this.#initialMs;
  }

  notifyFailure(): void {
    const now = this.#clock.now();
    if (now - this.#lastFailureMs >= this.#resetMs + this.#currentMs) {
      this.#currentMs = this.#initialMs;
      this.#attempt = 1;
    } else {
      this.#currentMs = Math.min(Math.floor(this.#currentMs * this.#multiplier), this.#maxMs);
      this.#attempt++;
    }
    this.#lastFailureMs = now;
  }

  canRestart(): boolean {
    return this.#attempt <= this.#attempts;
  }

  backoffMs(): number {
    const range = Math.floor(this.#currentMs * this.#jitter);
    const offset = Math.floor(this.#random() * (2 * range + 1)) - range;
    return Math.min(this.#currentMs + offset, this.#maxMs);
  }

  toString(): string {
    return `exponential-delay (backoff ${this.#currentMs} ms, attempt ${this.#attempt} of ${this.#attempts})`;
  }
}

class FailureRateRestartStrategy implements RestartStrategy {
  readonly #clock: Clock;
  readonly #maxFailures: number;
  readonly #intervalMs: number;
  readonly #delayMs: number;
  /** Times of the last failures, at most one more than may happen in an interval. */
  readonly #failures: number[] = [];

  constructor(configuration: Configuration, clock: Clock) {
    const prefix = 'restart-strategy.failure-rate';
    this.#clock = clock;
    this.#maxFailures = integerOption(configuration, `${prefix}.max-failures-per-interval`, 1, 1);
    this.#intervalMs = durationOption(configuration, `${prefix}.failure-rate-interval`, 60_000);
    this.#delayMs = durationOption(configuration, `${prefix}.delay`, 1000);
  }

  notifyFailure(): void {
    if (this.#failures.length > this.#maxFailures) this.#failures.shift();
    this.#failures.push(this.#clock.now());
  }

  canRestart(): boolean {
    const [earliest = 0] = this.#failures;
    return this.#failures.length <= this.#maxFailures || this.#clock.now() - earliest > this.#intervalMs;
  }

  backoffMs(): number {
    return this.#delayMs;
  }

  toString(): string {
    return `failure-rate (at most ${this.#maxFailures} in ${this.#intervalMs} ms, delay ${this.#delayMs} ms)`;
  }
}

function check(prefix: string, isTrue: boolean, rule: string): void {
  if (!isTrue) throw new TableException(`Invalid options '${prefix}.*': ${rule}.`);
}
