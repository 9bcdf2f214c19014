import type { ByteHeap } from '../../data/byte-heap.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { Column } from '../../data/column.ts';
import type { Emitter } from '../emitter.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { Program } from '../program.ts';

/** What a path finds, as `wasm/assembly/json.ts` numbers it. */
export const JSON_KIND = {
  BROKEN: 0,
  MISSING: 1,
  NULL: 2,
  FALSE: 3,
  TRUE: 4,
  INTEGER: 5,
  DECIMAL: 6,
  OTHER_NUMBER: 7,
  TEXT: 8,
  ESCAPED_TEXT: 9,
  ARRAY: 10,
  OBJECT: 11,
  UNDECIDED: 12,
} as const;

export type JsonKind = (typeof JSON_KIND)[keyof typeof JSON_KIND];

/** What IS JSON takes, by its kind. */
export const KINDS_OF_JSON = {
  VALUE: 0xffe,
  OBJECT: kindBits(JSON_KIND.OBJECT),
  ARRAY: kindBits(JSON_KIND.ARRAY),
  SCALAR: 0x3fc,
} as const;

/** A bit for each kind, as `jsonIsOfKind` takes them. */
export function kindBits(...kinds: readonly JsonKind[]): number {
  return kinds.reduce((bits: number, kind) => bits | (1 << kind), 0);
}

const UNDECIDED = JSON_KIND.UNDECIDED;
const STEP_BYTES = 12;
const NAME = 0xffffffff;

/**
 * A path of names and indexes laid out in memory, to be followed in the bytes of a batch's documents: no document is
 * decoded. The rows that it cannot decide are for whoever parses them.
 */
export class JsonScan {
  /** A kind a row, overwritten by every `find`. */
  readonly kinds: number;
  readonly #emitter: Emitter;
  readonly #path: number;
  readonly #steps: number;
  readonly #views: number;

  constructor(emitter: Emitter, steps: readonly (string | number)[]) {
    const { program } = emitter;
    this.#emitter = emitter;
    this.#steps = steps.length;
    this.#path = layOut(program, steps);
    this.kinds = program.slot(MAX_BATCH_ROWS);
    this.#views = program.slot(8 * MAX_BATCH_ROWS);
  }

  /** Whether what is found is of an accepted kind, a byte a row; undecided rows are not. */
  test(rows: number, documents: Column, accepted: number, out: number): void {
    this.find(rows, documents, this.#views);
    this.#emitter.kernels.jsonIsOfKind(rows, this.kinds, accepted, out);
  }

  /** The rows that the last run left undecided. */
  undecided(rows: number): number[] {
    const kinds = new Uint8Array(this.#emitter.program.wasm.memory.buffer, this.kinds, rows);
    const result: number[] = [];
    for (let row = kinds.indexOf(UNDECIDED); row >= 0; row = kinds.indexOf(UNDECIDED, row + 1))
      result.push(row);
    return result;
  }

  /** Finds in documents whose views of NULL rows are empty, and writes views of what is found at `out`. */
  find(rows: number, { values, stride }: Column, out: number): void {
    const { kernels } = this.#emitter;
    kernels.jsonFind(rows, values, stride, this.#path, this.#steps, out, this.kinds);
  }
}

function layOut(program: Program, steps: readonly (string | number)[]): number {
  const names = steps.map((step) => (typeof step === 'string' ? new TextEncoder().encode(step) : undefined));
  const path = program.constantBytes(Math.max(16, STEP_BYTES * steps.length));
  names.forEach((name, i) => {
    const address = name ? program.constantBytes(name.length) : 0;
    const memory = program.wasm.memory.buffer;
    if (name) new Uint8Array(memory, address, name.length).set(name);
    const view = new DataView(memory, path + STEP_BYTES * i, STEP_BYTES);
    view.setUint32(0, name ? NAME : Number(steps[i]), true);
    view.setUint32(4, address, true);
    view.setUint32(8, name?.length ?? 0, true);
  });
  return path;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of one row: of those that a scan leaves open. */
export function textAt({ memory }: Wasm, { values, stride }: Column, row: number): string {
  const view = new DataView(memory.buffer, values + stride * row, 8);
  const address = view.getUint32(0, true);
  // A copy: a TextDecoder refuses views of shared memory.
  return decoder.decode(new Uint8Array(memory.buffer).slice(address, address + view.getUint32(4, true)));
}

const encoder = new TextEncoder();

/** Writes the text of such a row: its view and its validity. */
export function writeText(
  { memory }: Wasm,
  heap: ByteHeap,
  text: string,
  view: number,
  validity: number,
): void {
  const bytes = encoder.encode(text);
  const address = heap.reserve(bytes.length);
  new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
  const cell = new DataView(memory.buffer, view, 8);
  cell.setUint32(0, address, true);
  cell.setUint32(4, bytes.length, true);
  new Uint8Array(memory.buffer)[validity] = 1;
}
