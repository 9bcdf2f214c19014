import { describe, expect, test } from 'vitest';
import bytes from '#wasm?bytes';
import { NEXMARK_DESCRIPTOR, nexmarkOptions } from '../../engine/connectors/nexmark/nexmark-descriptor.ts';
import { NEXMARK_ROW_TYPE } from '../../engine/connectors/nexmark/nexmark-row-type.ts';
import { NexmarkSource } from '../../engine/connectors/nexmark/nexmark-source.ts';
import { leafTypes } from '../../engine/data/column.ts';
import type { ChangelogRow, TimestampValue, Value } from '../../engine/data/value.ts';
import { loadWasm } from '../../engine/memory/kernels.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import type { TableSourceSpec } from '../../engine/operators/operator-spec.ts';
import type { Json } from '../../engine/state/paged-state.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { nexmarkEvent } from '../reference/nexmark.ts';
import { collectInto, drain, rowTypeOf, stored, taskContext, type TaskSetup } from './task-context.ts';

const wasm = await loadWasm(bytes);
const pool = new MemorySegmentPool(wasm);

function spec(options: Record<string, string>, rowType: RowType = NEXMARK_ROW_TYPE): TableSourceSpec {
  return {
    kind: 'TableSource',
    table: 't',
    connector: 'nexmark',
    options: { connector: 'nexmark', ...options },
    rowType,
    metadata: [],
    required: leafTypes(rowType).map(() => true),
  };
}

function start(options: Record<string, string>, setup: Partial<TaskSetup> = {}, rowType?: RowType) {
  return collectInto(new NexmarkSource(taskContext({ wasm, pool, ...setup }), spec(options, rowType)), wasm);
}

const BIDS = rowTypeOf({
  bid: {
    root: 'ROW',
    nullable: true,
    fields: [
      { name: 'dateTime', type: { root: 'TIMESTAMP', precision: 3, nullable: true } },
      { name: 'price', type: { root: 'BIGINT', nullable: true } },
    ],
  },
});
const ONLY_BIDS = { 'person.proportion': '0', 'auction.proportion': '0', 'bid.proportion': '1' };

/** Event time and price tell events apart well enough. */
function bidsOf(rows: readonly ChangelogRow[]): string[] {
  return rows.map(({ values }) => {
    const [time, price] = values[0] as [TimestampValue, bigint];
    return `${time.epochMs} ${price}`;
  });
}

function expectedBids(count: number, rate: number): string[] {
  const shape = { rate, persons: 0, auctions: 0, bids: 1, baseTimeMs: 1709251200000, seed: 0 };
  return Array.from({ length: count }, (_, n) => {
    const { bid } = nexmarkEvent(shape, n) as unknown as { bid: { dateTime: bigint; price: bigint } };
    return `${bid.dateTime} ${bid.price}`;
  });
}

describe('NexmarkSource', () => {
  test('makes events.num events as fast as it can and ends', () => {
    const { operator, output } = start(
      { ...ONLY_BIDS, 'events.num': '10000', 'next-event.rate': '20000' },
      {},
      BIDS,
    );
    expect(drain(operator)).toBe('end');
    expect(output.batchSizes).toEqual([4096, 4096, 1808]);
    expect(bidsOf(output.rows)).toEqual(expectedBids(10_000, 20_000));
    operator.close();
    expect(pool.usedBytes).toBe(0);
  });

  test('paces an endless table by the clock, whatever the parallelism', async () => {
    const clock = new ManualClock(1_000_000);
    const options = { ...ONLY_BIDS, 'first-event.rate': '1000', 'next-event.rate': '1000' };
    const tasks = [0, 1].map((subtask) => start(options, { clock, subtask, parallelism: 2 }, BIDS));
    const counts = (): number[] =>
      tasks.map(({ operator, output }) => {
        expect(drain(operator)).toBe('nothing');
        return output.rows.length;
      });
    expect(counts()).toEqual([1, 0]);
    clock.advanceBy(100);
    expect(counts()).toEqual([51, 50]);
    let isAvailable = false;
    void tasks[0]!.operator.whenAvailable().then(() => (isAvailable = true));
    clock.advanceBy(19);
    await Promise.resolve();
    expect(isAvailable).toBe(false);
    clock.advanceBy(1);
    await Promise.resolve();
    expect(isAvailable).toBe(true);
    clock.advanceBy(24 * 3_600_000); // the machine slept: a day is not made up for
    expect(counts()).toEqual([52, 51]);
    clock.advanceBy(1000);
    expect(counts()).toEqual([552, 551]);
    for (const { operator } of tasks) operator.close();
  });

  test('an option turns pacing on for a bounded table and off for an endless one', () => {
    expect(nexmarkOptions({ 'events.num': '5' }).isPaced).toBe(false);
    expect(nexmarkOptions({ 'events.num': '5', 'rate.limited': 'true' }).isPaced).toBe(true);
    expect(nexmarkOptions({ 'max-emit-speed': 'true' }).isPaced).toBe(false);
    expect(nexmarkOptions({}).isPaced).toBe(true);
  });

  test('keeps the table open after the last event on demand', () => {
    const { operator, output } = start({ 'events.num': '10', 'keep-alive': 'true' });
    expect(drain(operator)).toBe('nothing');
    expect(output.rows.length).toBe(10);
    operator.close();
  });

  test('goes on at another parallelism where unequal subtasks stood, in order of time', () => {
    const options = { ...ONLY_BIDS, 'events.num': '50000', 'first-event.rate': '20000' };
    const all: string[] = [];
    const run = (parallelism: number, restored: Json[] | undefined, polls: readonly number[]): Json[] =>
      polls.map((count, subtask) => {
        const setup = { subtask, parallelism, ...(restored && { restored }) };
        const { operator, output } = start(options, setup, BIDS);
        for (let i = 0; i < count && operator.poll() !== 'end'; i++);
        const times = output.rows.map(({ values }) => (values[0] as readonly Value[])[0] as TimestampValue);
        expect(times.every((time, i) => i === 0 || time.epochMs >= times[i - 1]!.epochMs)).toBe(true);
        all.push(...bidsOf(output.rows));
        const state = stored(operator.snapshotState());
        operator.close();
        return state;
      });
    const first = run(4, undefined, [3, 1, 0, 2]);
    const second = run(1, first, [5]); // three interleaved pieces in one subtask
    const third = run(3, second, [1, 0, 2]);
    run(2, third, [1000, 1000]);
    expect(all.sort()).toEqual(expectedBids(50_000, 20_000).sort());
    expect(pool.usedBytes).toBe(0);
  });

  test('takes columns by name, in any order and number', () => {
    const type = rowTypeOf({ bid: BIDS.fields[0]!.type, event_type: { root: 'INTEGER', nullable: true } });
    const { operator, output } = start({ 'events.num': '5' }, {}, type);
    drain(operator);
    expect(output.rows.map(({ values }) => values[1])).toEqual([0, 1, 1, 1, 2]);
    expect(output.rows.map(({ values }) => values[0] !== null)).toEqual([false, false, false, false, true]);
    operator.close();
  });

  const describeTable = (options: Record<string, string>, physicalType = NEXMARK_ROW_TYPE) =>
    NEXMARK_DESCRIPTOR.source?.({ table: 't', options, physicalType, primaryKey: [], partitionKeys: [] });

  test('says whether it ends', () => {
    expect(describeTable({ 'events.num': '5' })?.bounded).toBe(true);
    expect(describeTable({})?.bounded).toBe(false);
    expect(describeTable({ 'events.num': '5', 'keep-alive': 'true' })?.bounded).toBe(false);
  });

  const refused: [name: string, options: Record<string, string>, message: RegExp][] = [
    [
      'another hot ratio',
      { 'bid.hot-ratio.auctions': '8' },
      /'bid.hot-ratio.auctions' = '8' is not supported/,
    ],
    [
      'two rates',
      { 'first-event.rate': '1', 'next-event.rate': '2' },
      /is not supported: give both the same/,
    ],
    [
      'no proportion',
      { 'person.proportion': '0', 'auction.proportion': '0', 'bid.proportion': '0' },
      /above 0/,
    ],
    ['a bad number', { 'events.num': 'many' }, /Invalid value 'many' for option 'events.num'/],
    ['a bad time', { 'base-time': 'yesterday' }, /Invalid value 'yesterday' for option 'base-time'/],
  ];
  for (const [name, options, message] of refused) {
    test(`refuses ${name}`, () => expect(() => describeTable(options)).toThrow(message));
  }

  test('takes the defaults of fixed options', () =>
    expect(nexmarkOptions({ 'bid.hot-ratio.auctions': '2', 'rate.period': '600s' }).eventCount).toBe(0));

  test('refuses columns that it does not make', () => {
    expect(() => describeTable({}, rowTypeOf({ price: { root: 'BIGINT', nullable: true } }))).toThrow(
      "makes no column 'price'. Its columns are: event_type, person, auction, bid.",
    );
    expect(() => describeTable({}, rowTypeOf({ event_type: { root: 'BIGINT', nullable: true } }))).toThrow(
      "makes column 'event_type' as INT, the table declares BIGINT",
    );
  });
});
