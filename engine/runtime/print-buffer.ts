/** Sends text on; resolves once it is taken. */
export type SendLines = (lines: string, isError: boolean) => void;

/** Lines of print sinks, joined until the end of the turn, so that a line does not cost a message. */
export class PrintBuffer {
  readonly #send: SendLines;
  #lines: string[] = [];
  #isError = false;

  constructor(send: SendLines) {
    this.#send = send;
  }

  print(line: string, isError: boolean): void {
    if (isError !== this.#isError) this.flush();
    this.#isError = isError;
    this.#lines.push(line);
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines.join('\n');
    this.#lines = [];
    this.#send(lines, this.#isError);
  }
}
