const CHANNEL = 'millrace-topics';

/**
 * Tells other stores of this origin (or, in Node, this process) that a topic has new records. A message may be lost, or there may be
 * no BroadcastChannel: who waits for records looks by itself now and then.
 */
export class TopicAnnouncer {
  readonly #callbacks = new Map<string, Set<() => void>>();
  #channel: BroadcastChannel | undefined;

  announce(topic: string): void {
    this.#open()?.postMessage(topic);
    this.#call(topic);
  }

  subscribe(topic: string, callback: () => void): () => void {
    this.#open();
    const callbacks = this.#callbacks.get(topic) ?? new Set();
    this.#callbacks.set(topic, callbacks);
    callbacks.add(callback);
    return () => callbacks.delete(callback);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
    this.#callbacks.clear();
  }

  #open(): BroadcastChannel | undefined {
    if (this.#channel || typeof BroadcastChannel === 'undefined') return this.#channel;
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = ({ data }: { data: unknown }) => this.#call(String(data));
    // In Node an open channel would keep the process alive.
    (this.#channel as { unref?: () => void }).unref?.();
    return this.#channel;
  }

  #call(topic: string): void {
    for (const callback of this.#callbacks.get(topic) ?? []) callback();
  }
}
