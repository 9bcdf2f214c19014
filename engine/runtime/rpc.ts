import * as Comlink from 'comlink';
import { fromErrorData, toErrorData, type ErrorData } from '../types/errors.ts';

/**
 * Control between threads: interfaces whose methods all return promises, called over a port (Comlink). This file adds what
 * Comlink leaves to its user: functions and ports among the arguments, errors that keep class and cause, and an end to waiting
 * when the other side is gone.
 */

interface ThrownMessage {
  readonly isError: boolean;
  readonly value: unknown;
}

const original = Comlink.transferHandlers.get('throw') as Comlink.TransferHandler<
  { value: unknown },
  ThrownMessage
>;
Comlink.transferHandlers.set('throw', {
  canHandle: (value): value is { value: unknown } => original.canHandle(value),
  serialize: ({ value }: { value: unknown }): [ThrownMessage, Transferable[]] =>
    value instanceof Error
      ? [{ isError: true, value: toErrorData(value) }, []]
      : [{ isError: false, value }, []],
  deserialize: ({ isError, value }: ThrownMessage): never => {
    throw isError ? fromErrorData(value as ErrorData) : value;
  },
});

/** Answers calls that come on the port. */
export function expose(target: object, port: MessagePort): void {
  Comlink.expose(target, port);
}

/**
 * The object at the other end of a port, or one that came as a proxy. Of its methods' arguments functions stay here and are called from
 * there, ports move over, everything else is copied.
 *
 * @param guard wraps every call; it may reject when the other side is known to be gone
 */
export function remote<T extends object>(
  source: MessagePort | object,
  guard: <R>(call: Promise<R>) => Promise<R> = (call) => call,
): T {
  type Method = (...parameters: unknown[]) => Promise<unknown>;
  const proxy = (source instanceof MessagePort ? Comlink.wrap(source) : source) as Record<string, Method>;
  const target = new Proxy<Record<string, Method>>(
    {},
    {
      get: (_target, name) =>
        // A promise that resolves with this object must not take it for another promise.
        typeof name === 'symbol' || name === 'then'
          ? undefined
          : (...parameters: unknown[]) => guard(proxy[name]!(...parameters.map(sendable))), // any name is a method there
    },
  );
  return target as unknown as T;
}

/** Calls that are under way to one other side, so that they can be ended when it is known to be gone. */
export class PendingCalls {
  readonly #rejects = new Set<(error: Error) => void>();
  #error: Error | undefined;

  /** What the call gives; or a rejection, as soon as `fail` says that no answer will come. */
  guard<R>(call: Promise<R>): Promise<R> {
    if (this.#error) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      call.then(resolve, reject).finally(() => this.#rejects.delete(reject));
    });
  }

  fail(error: Error): void {
    this.#error = error;
    for (const reject of this.#rejects) reject(error);
    this.#rejects.clear();
  }
}

function sendable(parameter: unknown): unknown {
  if (typeof parameter === 'function') return Comlink.proxy(parameter);
  if (parameter instanceof MessagePort) return Comlink.transfer(parameter, [parameter]);
  return parameter;
}
