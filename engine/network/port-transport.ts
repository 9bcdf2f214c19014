import type { Wasm } from '../memory/kernels.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import { PORT_BUFFER_BYTES } from './network-options.ts';
import type { Transport, TransportHandler } from './transport.ts';

/**
 * What crosses the port. A `buffer` message transfers its bytes; its reader sends them back with the next `control`, and they carry other
 * buffers then.
 */
type Message =
  | readonly [kind: 'buffer', channel: number, backlog: number, bytes: number, data: ArrayBuffer]
  | readonly [kind: 'request', channel: number, id: string, credit: number]
  | readonly [kind: 'cancel', channel: number]
  | readonly [kind: 'control', credits: readonly number[], recycled: readonly ArrayBuffer[]];

/** Less is not worth sending back. */
const SMALL_BYTES = 32 * 1024;

/** Buffers as transferred ArrayBuffers over a MessagePort: works everywhere, 27 µs a message. */
export class PortTransport implements Transport {
  readonly bufferBytes = PORT_BUFFER_BYTES;
  readonly canSend = true;
  handler!: TransportHandler; // set by the connection before anything can arrive
  onWake: () => void = () => {};
  readonly #port: MessagePort;
  readonly #views: MemoryViews;
  /** Buffers of PORT_BUFFER_BYTES that came back. */
  readonly #free: ArrayBuffer[] = [];
  /** Channel, credit, channel, credit, ... */
  #credits: number[] = [];
  #recycled: ArrayBuffer[] = [];

  constructor(port: MessagePort, wasm: Wasm) {
    this.#port = port;
    this.#views = new MemoryViews(wasm);
    port.onmessage = ({ data }: MessageEvent<Message>) => {
      this.#take(data);
      this.onWake();
    };
  }

  sendBuffer(channel: number, backlog: number, address: number, bytes: number): void {
    const isSmall = bytes <= SMALL_BYTES;
    const size = isSmall ? bytes : Math.max(bytes, PORT_BUFFER_BYTES);
    const data = (size === PORT_BUFFER_BYTES ? this.#free.pop() : undefined) ?? new ArrayBuffer(size);
    new Uint8Array(data).set(this.#views.u8.subarray(address, address + bytes));
    this.#post(['buffer', channel, backlog, bytes, data], [data]);
  }

  sendRequest(channel: number, id: string, credit: number): void {
    this.#post(['request', channel, id, credit]);
  }

  sendCredit(channel: number, credit: number): void {
    this.#credits.push(channel, credit);
  }

  sendCancel(channel: number): void {
    this.#post(['cancel', channel]);
  }

  poll(): void {}

  flush(): void {
    if (this.#credits.length === 0 && this.#recycled.length === 0) return;
    const recycled = this.#recycled;
    const credits = this.#credits;
    this.#recycled = [];
    this.#credits = [];
    this.#post(['control', credits, recycled], recycled);
  }

  prepareToSleep(): boolean {
    return true; // a message wakes the worker anyway
  }

  close(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }

  #post(message: Message, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #take(message: Message): void {
    switch (message[0]) {
      case 'buffer': {
        const [, channel, backlog, bytes, data] = message;
        const buffer = this.handler.receiving(channel, bytes);
        if (buffer) {
          this.#views.u8.set(new Uint8Array(data, 0, bytes), buffer.address);
          buffer.size = bytes;
          this.handler.received(channel, buffer, backlog);
        }
        if (data.byteLength === PORT_BUFFER_BYTES) this.#recycled.push(data);
        break;
      }
      case 'request':
        return this.handler.requested(message[1], message[2], message[3]);
      case 'cancel':
        return this.handler.cancelled(message[1]);
      case 'control': {
        const [, credits, recycled] = message;
        this.#free.push(...recycled);
        for (let i = 0; i < credits.length; i += 2) this.handler.credited(credits[i]!, credits[i + 1]!);
      }
    }
  }
}
