import type { CollectMessage } from '../operators/stream-operator.ts';

/** What a client gets at its port: messages, then a word that none will follow. */
export type CollectDelivery = CollectMessage | { readonly isOver: true };

/** Messages that the client may have been sent and not yet taken. */
const WINDOW = 8;
/** Bytes of the past that are kept for a client who attaches (again). */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * The way of a query's rows from its sink to the client: one message after the other, never more under way than the client takes, so
 * a slow client holds up the job and nothing piles up here.
 *
 * The client posts `{ ack: n }`, the number of messages it has taken from its port in all. Of the past, the last few MiB are kept.
 *
 * A sink's last message is not the end: until the job has finished, a failure may make the sink send again. `finish` tells the client when
 * nothing comes any more, and the client closes the port.
 */
export class CollectRouter {
  #port: MessagePort | undefined;
  #sent = 0;
  #acknowledged = 0;
  readonly #waiting: { readonly message: CollectMessage; readonly taken: () => void }[] = [];
  readonly #kept: CollectMessage[] = [];
  #keptBytes = 0;
  #isFinished = false;

  /** Resolves when the next message of the same sink may come. */
  collect(message: CollectMessage): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ message, taken: resolve });
      this.#pump();
    });
  }

  /** Sends to this port from now on, first what is kept. Another port is let go. */
  attach(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    this.#sent = 0;
    this.#acknowledged = 0;
    port.onmessage = ({ data }: MessageEvent<{ readonly ack?: number }>) => {
      if (typeof data.ack !== 'number' || port !== this.#port) return;
      this.#acknowledged = data.ack;
      this.#pump();
    };
    for (const message of this.#kept) this.#send(port, message);
    this.#pump();
  }

  /** The job has finished: once what its sinks have left here is delivered, the client, this one or a later one, is told that no more comes. */
  finish(): void {
    this.#isFinished = true;
    this.#pump();
  }

  close(): void {
    this.#port?.close();
    this.#port = undefined;
    for (const { taken } of this.#waiting.splice(0)) taken();
  }

  #pump(): void {
    while (this.#port && this.#sent - this.#acknowledged < WINDOW) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#keep(next.message);
      this.#send(this.#port, next.message);
      next.taken();
    }
    if (!this.#isFinished || this.#waiting.length > 0) return;
    this.#port?.postMessage({ isOver: true });
    this.#port = undefined;
  }

  #send(port: MessagePort, message: CollectMessage): void {
    this.#sent++;
    port.postMessage(message); // copies: what is kept stays
  }

  #keep(message: CollectMessage): void {
    this.#kept.push(message);
    this.#keptBytes += message.bytes.length;
    while (this.#keptBytes > KEPT_BYTES && this.#kept.length > 1) {
      this.#keptBytes -= this.#kept.shift()?.bytes.length ?? 0;
    }
  }
}
