import { ConstantEvaluator } from '../expressions/constant-evaluator.ts';
import { compileWasm, loadWasmNow } from '../memory/kernels.ts';
import type { Host } from '../runtime/host.ts';
import type { LocalCluster } from '../runtime/local-cluster.ts';
import type { Value } from '../data/value.ts';
import type { RexNode } from '../expressions/rex-node.ts';
import { placedDivisionByZero } from '../table/validate/division-by-zero.ts';
import { DivisionByZero } from '../types/errors.ts';

/** What is planned, for the place of an error. */
export interface PlannedText {
  readonly statement: object;
  readonly script: string;
}

/**
 * The kernels that compute the constants of a session's plans: loaded when the first plan has constants to compute, never before. Bytes and
 * modules are there at once; a URL has to be fetched, and without a source the cluster is asked for its kernels.
 */
export class SessionConstants {
  readonly #cluster: () => Promise<LocalCluster>;
  readonly #source: Host['wasm'] | undefined;
  #evaluator: ConstantEvaluator | undefined;
  #loading: Promise<void> | undefined;
  #isMissed = false;

  constructor(cluster: () => Promise<LocalCluster>, source?: Host['wasm']) {
    this.#cluster = cluster;
    this.#source = source;
  }

  /** For the planner: what expressions without columns are, under the options of a session; undefined without kernels. */
  readonly evaluate = (
    expressions: readonly RexNode[],
    configuration: Readonly<Record<string, string>>,
  ): readonly Value[] | undefined => this.#known()?.evaluate(expressions, configuration);

  /** Plans at once. Without kernels constants stay calls, which the job computes; they are loaded for the next time. */
  plan<T>(text: PlannedText, plan: () => T): T {
    const planned = this.#plan(text, plan);
    if (this.#isMissed && this.#source !== undefined) void this.#loaded();
    return planned;
  }

  /** Plans, and once more with kernels if there were constants and no kernels. `plan` changes nothing. */
  async planReady<T>(text: PlannedText, plan: () => T): Promise<T> {
    const planned = this.#plan(text, plan);
    if (!this.#isMissed) return planned;
    await this.#loaded();
    return this.#evaluator ? this.#plan(text, plan) : planned;
  }

  /** Loads the kernels that the session was given, for plans that do not wait. */
  async prepare(): Promise<void> {
    if (this.#source !== undefined) await this.#loaded();
  }

  /** Where there are none, plans do without. */
  #loaded(): Promise<void> {
    this.#loading ??= this.#load().catch(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const source = this.#source ?? (await this.#cluster()).kernels;
    this.#evaluator ??= new ConstantEvaluator(loadWasmNow(await compileWasm(source)));
  }

  #plan<T>({ statement, script }: PlannedText, plan: () => T): T {
    this.#isMissed = false;
    try {
      return plan();
    } catch (error) {
      if (!(error instanceof DivisionByZero)) throw error;
      throw placedDivisionByZero(statement, script);
    }
  }

  #known(): ConstantEvaluator | undefined {
    const source = this.#source;
    if (!this.#evaluator && source !== undefined && typeof source !== 'string' && !(source instanceof URL))
      this.#evaluator = new ConstantEvaluator(loadWasmNow(source));
    if (!this.#evaluator) this.#isMissed = true;
    return this.#evaluator;
  }
}
