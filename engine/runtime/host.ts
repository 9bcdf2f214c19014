/**
 * Where the engine runs: how a worker is started there, and where the kernels are. A page, Node and a unit test each have theirs.
 */
export interface Host {
  /** Bytes of the wasm module, its URL, or the compiled module. */
  readonly wasm: BufferSource | string | URL | WebAssembly.Module;
  /** Processors, as far as the platform tells. */
  readonly concurrency: number;
  /** Where relative paths of files begin: the page. A worker made from a Blob cannot tell. */
  readonly baseUrl?: string;
  /** Starts a worker. It does nothing until it is given a role. */
  spawn(name: string): EngineWorker;
  /** The host to take where this one's workers do not start. */
  readonly fallback?: () => Promise<Host>;
}

/** What a worker is to be; calls come on the port. */
export interface WorkerRole {
  readonly role: 'JobManager' | 'TaskManager';
  readonly port: MessagePort;
}

/** A worker of the engine as whoever started it sees it. */
export interface EngineWorker {
  /** Resolves once the worker's code runs, rejects if it does not come to that. */
  readonly ready: Promise<void>;
  /** Resolves with the reason if the worker dies by itself. */
  readonly failure: Promise<string>;
  /** Moves the port to the worker. To be called once. */
  assume(role: WorkerRole): void;
  /** Ends the worker at once, whatever it does. */
  terminate(): Promise<void>;
}

/** How long a worker may take until its code runs. Long, since a development server compiles it on the way. */
export const SPAWN_TIMEOUT_MS = 20_000;

/** For the messages of what a page's policy may have forbidden. */
export const NEEDED_POLICY = `A page with a Content-Security-Policy has to allow workers ("worker-src 'self' blob:") and wasm ("script-src 'wasm-unsafe-eval'").`;

/** `ready` of a worker that says something when it is loaded, and gets a time limit: a worker may fail to start without a word. */
export function readyWithin(said: Promise<unknown>, failure: Promise<string>, name: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(startError(name, `it said nothing for ${SPAWN_TIMEOUT_MS} ms.`)),
      SPAWN_TIMEOUT_MS,
    );
  });
  const failed = failure.then((why) => Promise.reject(startError(name, why)));
  const ready = Promise.race([said, failed, timeout])
    .then(() => undefined)
    .finally(() => clearTimeout(timer));
  ready.catch(() => {}); // whoever waits for it learns of it; nobody may
  return ready;
}

function startError(name: string, why: string): Error {
  return new Error(`The worker ${name} could not be started: ${why} ${NEEDED_POLICY}`);
}
