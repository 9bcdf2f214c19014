import type { Emitter } from './emitter.ts';
import type { Register } from './register.ts';
import type { RexCall } from './rex-node.ts';

/** How a function or operator is computed. */
export interface FunctionRuntime {
  /** Nanoseconds a row without its operands, roughly. */
  readonly cost: number;
  /** Whether it throws for some values of some calls. */
  readonly canFail?: boolean | ((call: RexCall) => boolean);
  /** `dynamic`: the same for a batch, not for ever. `volatile`: new at every call. Absent: its arguments say it all. */
  readonly determinism?: 'dynamic' | 'volatile';
  /** Whether these operands are supported; absent: all that the validator lets through. */
  readonly supports?: (call: RexCall) => boolean;
  /** Emits the instructions that compute a call. */
  readonly compile: (call: RexCall, emitter: Emitter) => Register;
}

export type FunctionTable = Readonly<Record<string, FunctionRuntime>>;
