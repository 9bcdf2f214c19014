import { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../../data/record-batch.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { NEXMARK_ROW_TYPE } from './nexmark-row-type.ts';

/** What the options of the table decide. `rate` is events a second of event time. */
export interface NexmarkShape {
  readonly rate: number;
  readonly persons: number;
  readonly auctions: number;
  readonly bids: number;
  /** Time of event 0, milliseconds since the epoch. */
  readonly baseTimeMs: number;
  /** 0 gives the public sequence; another number other dice. Below 2^53. */
  readonly seed: number;
}

/** Bytes of padding that the `extra` columns are cut from. */
const PADDING_BYTES = 1 << 20;
const CHANNEL_COUNT = 10_004;
/** A channel's name and its URL, at most. */
const CHANNEL_BYTES = 96;
/** Names of the hot channels, then what the other channels' names and all URLs are put together from. */
const CHANNEL_PIECES = [
  'Google',
  'Facebook',
  'Baidu',
  'Apple',
  'channel-',
  'https://www.nexmark.com/',
  '/item.htm?query=1',
  '&channel_id=',
];
const IN_FLIGHT_AUCTIONS = 100;
/** What one event draws letter by letter at most (name, e-mail and card, or item and description). */
const TEXT_BYTES_PER_EVENT = 128;
const VIEW_SLACK = 64;

const FIRST_NAMES = [
  'Peter',
  'Paul',
  'Luke',
  'John',
  'Saul',
  'Vicky',
  'Kate',
  'Julie',
  'Sarah',
  'Deiter',
  'Walter',
];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const CITIES = [
  'Phoenix',
  'Los Angeles',
  'San Francisco',
  'Boise',
  'Portland',
  'Bend',
  'Redmond',
  'Seattle',
  'Kent',
  'Cheyenne',
];
const STATES = ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'];

/** Columns that hold values (1 + 8 + 10 + 7), in the order of the row type. */
const LEAF_NAMES = NEXMARK_ROW_TYPE.fields.flatMap(({ name, type }) =>
  type.root === 'ROW' ? type.fields.map((field) => field.name) : [name],
);
const LEAF_COUNT = LEAF_NAMES.length;
/** Where the output addresses begin in the kernel's parameters: event_type, three validities, then the other leaves. */
const OUTPUTS_OFFSET = 68;
const PARAMETER_BYTES = OUTPUTS_OFFSET + 4 * (LEAF_COUNT + 3);

/**
 * Makes any stretch of Nexmark's events as a batch; twin of wasm/assembly/nexmark.ts.
 *
 * Only the leaves that `required` names are computed; the others are absent columns. The tables of texts that they need are drawn once,
 * when the generator is made (a few milliseconds), and live as long as it does. A batch is lent until the next `fill`.
 */
export class NexmarkGenerator {
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #runs: { address: number; bytes: number }[] = [];
  readonly #parameters: number;
  readonly #columns: Column[];

  /** @param required one flag a leaf of `NEXMARK_ROW_TYPE`, depth first. */
  constructor(wasm: Wasm, pool: MemorySegmentPool, shape: NexmarkShape, required: readonly boolean[]) {
    if (required.length !== LEAF_COUNT)
      throw new RangeError(`${required.length} flags for ${LEAF_COUNT} leaves`);
    this.#wasm = wasm;
    this.#pool = pool;
    const isRequired = (name: string): boolean => LEAF_NAMES.some((leaf, i) => leaf === name && required[i]);
    const padding = isRequired('extra') ? this.#padding() : 0;
    const names = this.#viewsOf([...FIRST_NAMES, ...LAST_NAMES, ...CITIES, ...STATES]);
    const channels = isRequired('channel') || isRequired('url') ? this.#channels() : 0;
    const powers = this.#powers();
    const text = this.#allocate(MAX_BATCH_ROWS * TEXT_BYTES_PER_EVENT + VIEW_SLACK);
    const validity = [0, 1, 2].map(() => this.#allocate(MAX_BATCH_ROWS));
    const leaves = required.map((isWanted, leaf) =>
      isWanted ? this.#allocate(MAX_BATCH_ROWS * (leaf === 0 ? 4 : 8)) : 0,
    );

    this.#parameters = this.#allocate(PARAMETER_BYTES);
    const view = new DataView(wasm.memory.buffer, this.#parameters, PARAMETER_BYTES);
    const round = shape.persons + shape.auctions + shape.bids;
    const inFlight = shape.auctions === 0 ? 0 : Math.floor((IN_FLIGHT_AUCTIONS * round) / shape.auctions);
    view.setBigInt64(0, BigInt(shape.baseTimeMs), true);
    view.setBigInt64(8, BigInt(shape.seed), true);
    view.setBigInt64(16, BigInt(inFlight), true);
    view.setFloat64(24, 1e6 / shape.rate, true);
    const words = [
      shape.persons,
      shape.auctions,
      shape.bids,
      powers,
      padding,
      PADDING_BYTES,
      names,
      channels,
      text,
    ];
    words.forEach((word, i) => view.setUint32(32 + 4 * i, word, true));
    const outputs = [leaves[0]!, ...validity, ...leaves.slice(1)];
    outputs.forEach((address, i) => view.setUint32(OUTPUTS_OFFSET + 4 * i, address, true));

    let leaf = 0;
    this.#columns = NEXMARK_ROW_TYPE.fields.map(({ type }, i) => {
      if (type.root !== 'ROW') return new Column(type, leaves[leaf++]!, 0);
      const valid = validity[i - 1]!;
      const children = type.fields.map((field) => new Column(field.type, leaves[leaf++]!, valid));
      return new Column(type, 0, valid, 0, children);
    });
  }

  /** Events `first`, `first + stride`, ..., `rows` of them (at most 4096). Numbers stay below 2^53. */
  fill(first: number, stride: number, rows: number): RecordBatch {
    this.#wasm.kernels.nexmarkFill(this.#parameters, first, stride, rows);
    return new RecordBatch(rows, this.#columns);
  }

  release(): void {
    for (const { address, bytes } of this.#runs) this.#pool.release(address, bytes);
    this.#runs.length = 0;
  }

  #allocate(bytes: number): number {
    const address = this.#pool.allocate(bytes);
    this.#runs.push({ address, bytes });
    return address;
  }

  /** Writes texts one after the other and a view of each; gives the address of the views. */
  #viewsOf(texts: readonly string[]): number {
    const encoder = new TextEncoder();
    const pieces = texts.map((text) => encoder.encode(text));
    const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const views = this.#allocate(pieces.length * 8);
    let address = this.#allocate(total + VIEW_SLACK);
    const bytes = new Uint8Array(this.#wasm.memory.buffer);
    const words = new DataView(this.#wasm.memory.buffer);
    pieces.forEach((piece, i) => {
      bytes.set(piece, address);
      words.setUint32(views + 8 * i, address, true);
      words.setUint32(views + 8 * i + 4, piece.length, true);
      address += piece.length;
    });
    return views;
  }

  #padding(): number {
    const address = this.#allocate(PADDING_BYTES + VIEW_SLACK);
    this.#wasm.kernels.nexmarkPadding(address, PADDING_BYTES);
    return address;
  }

  /** Views of every channel's name and URL. */
  #channels(): number {
    const views = this.#allocate(CHANNEL_COUNT * 16);
    const text = this.#allocate(CHANNEL_COUNT * CHANNEL_BYTES + VIEW_SLACK);
    this.#wasm.kernels.nexmarkChannels(this.#viewsOf(CHANNEL_PIECES), views, text);
    return views;
  }

  #powers(): number {
    const address = this.#allocate(3 * 32 * 8);
    const view = new DataView(this.#wasm.memory.buffer, address);
    [32, 1024, 32_768].forEach((steps, table) => {
      for (let i = 0; i < 32; i++) {
        view.setBigInt64((table * 32 + i) * 8, BigInt(Math.round(2 ** (i / steps) * 2 ** 30)), true);
      }
    });
    return address;
  }
}
