import fc from 'fast-check';
import { assert, test } from 'vitest';
import { RecordBatch } from '../../engine/data/record-batch.ts';
import { keyGroupRangeOf, subtaskOfKeyGroup } from '../../engine/state/key-group-range.ts';
import { KeyColumns, KeyLayout, KeyRecords } from '../../engine/state/key-records.ts';
import { KeyedTable } from '../../engine/state/keyed-table.ts';
import { PagedStateGroup, RestoredPagedStateGroup } from '../../engine/state/paged-state-group.ts';
import type { PagedStateSnapshot } from '../../engine/state/paged-state.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { keyGroupOf, rowHash } from '../reference/key-hasher.ts';
import * as t from './test-memory.ts';

const memory = await t.TestMemory.create();

/** A table that adds up a value a key, as an operator would: looks keys up, then writes through the addresses. */
class Sums {
  readonly #types: readonly LogicalType[];
  readonly #records: KeyRecords;
  readonly #columns: KeyColumns;
  readonly #slots = memory.pool.allocate(16384);
  readonly group = new PagedStateGroup('state', memory.wasm);
  readonly table: KeyedTable;

  constructor(types: readonly LogicalType[]) {
    this.#types = types;
    const layout = new KeyLayout(types);
    this.#records = new KeyRecords(memory.wasm, memory.pool, layout);
    this.#columns = new KeyColumns(memory.wasm, memory.pool, types);
    this.table = new KeyedTable(memory.wasm, memory.pool, layout, 8);
    this.table.register(this.group, 'sums');
  }

  /** Rows of a value of 0 delete their key. */
  add(rows: readonly (readonly [key: readonly t.Cell[], value: number])[]): void {
    memory.reset();
    const columns = this.#types.map((type, i) => memory.column(type, rows.map(([key]) => key[i] ?? null))); // prettier-ignore
    this.#records.pack(rows.length, columns);
    this.table.lookup(rows.length, this.#records, this.#slots);
    const view = new DataView(memory.wasm.memory.buffer);
    rows.forEach(([, value], row) => {
      const entry = view.getUint32(this.#slots + 4 * row, true);
      const count = value === 0 ? 0n : view.getBigInt64(entry + 8, true) + 1n;
      const sum = value === 0 ? 0 : view.getFloat64(entry + this.table.valueOffset, true) + value;
      view.setBigInt64(entry + 8, count, true);
      view.setFloat64(entry + this.table.valueOffset, sum, true);
    });
    this.table.mark(rows.length, this.#slots);
    this.table.heap?.settle();
  }

  lines(): string[] {
    const lines: string[] = [];
    this.table.scan(this.#slots, (count) => {
      const columns = this.#columns.unpack(count, this.#slots, this.table.control);
      const view = new DataView(memory.wasm.memory.buffer);
      memory.cells(new RecordBatch(count, columns)).forEach((key, row) => {
        const entry = view.getUint32(this.#slots + 4 * row, true);
        const count = view.getBigInt64(entry + 8, true);
        lines.push(line(key, Number(count), view.getFloat64(entry + this.table.valueOffset, true)));
      });
    });
    return lines.sort();
  }

  restore(
    bytes: Uint8Array<ArrayBuffer>,
    snapshot: PagedStateSnapshot,
    parallelism: number,
    subtask: number,
  ): void {
    const restored = new RestoredPagedStateGroup({ subtask: 0, meta: snapshot.meta, bytes });
    this.table.restore(restored, 'sums', keyGroupRangeOf(128, parallelism, subtask), 128, this.#records);
  }

  release(): void {
    this.#records.release();
    this.#columns.release();
    this.table.release();
    memory.pool.release(this.#slots, 16384);
  }
}

/** What a reader of checkpoints has: the pages of all snapshots so far, the newest of each. */
class Disk {
  bytes = new Uint8Array(0);
  last!: PagedStateSnapshot;

  write(snapshot: PagedStateSnapshot): void {
    const bytes = new Uint8Array(snapshot.pageCount * snapshot.pageSize);
    bytes.set(this.bytes.subarray(0, bytes.length));
    for (const page of snapshot.pages) bytes.set(page.bytes, page.index * snapshot.pageSize);
    this.bytes = bytes;
    this.last = JSON.parse(JSON.stringify({ ...snapshot, pages: [] })) as PagedStateSnapshot;
  }
}

const text = (cell: t.Cell): string =>
  Array.isArray(cell) ? `(${cell.map(text).join()})` : `${String(cell)}`;
const line = (key: readonly t.Cell[], count: number, sum: number) =>
  `${key.map(text).join()} n=${count} sum=${sum}`;

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const shortText = fc.string({ maxLength: 20, unit: fc.constantFrom('a', 'é', 'z') });
const kinds: [LogicalType, fc.Arbitrary<t.Cell>][] = [
  [t.BIGINT, fc.bigInt({ min: -50n, max: 50n })],
  [t.INTEGER, fc.integer({ min: -5, max: 5 })],
  [t.TINYINT, fc.integer({ min: -5, max: 5 })],
  [t.SMALLINT, fc.integer({ min: -5, max: 5 })],
  [t.BOOLEAN, fc.boolean()],
  [t.DOUBLE, fc.constantFrom(0, -0, 1.5, NaN, Infinity)],
  [t.STRING, shortText],
  [t.decimal(38, 0), fc.constantFrom(0n, -1n, 10n ** 30n, 10n ** 30n + (1n << 64n))],
  [t.timestamp(9), fc.tuple(fc.bigInt({ min: 0n, max: 2n }), fc.nat(2))],
  [t.rowType({ a: t.BIGINT, b: t.STRING }), fc.tuple(fc.bigInt({ min: 0n, max: 2n }), orNull(shortText))],
];
kinds[9]![0] = { ...kinds[9]![0], nullable: true };
const inputs = fc.array(fc.constantFrom(...kinds), { minLength: 0, maxLength: 4 }).chain((columns) => {
  const key = fc.tuple(...columns.map(([, cell]) => orNull(cell)));
  const value = fc.integer({ min: -2, max: 9 });
  return fc.tuple(
    fc.constant(columns.map(([type]) => type)),
    fc.array(fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 60 }), { maxLength: 8 }),
  );
});
const keyText = (key: readonly t.Cell[]) =>
  key.map((cell) => (Object.is(cell, -0) ? '-0' : text(cell))).join();

test('holds what a Map holds, and moves by key group: 1 subtask, then 3, then 2', () =>
  fc.assert(
    fc.property(inputs, ([types, batches]) => {
      const model = new Map<string, [key: readonly t.Cell[], count: number, sum: number]>();
      const expected = () => [...model.values()].map((entry) => line(...entry)).sort();
      const update = (rows: (typeof batches)[number]) => {
        for (const [key, value] of rows) {
          const [, count, sum] = model.get(keyText(key)) ?? [key, 0, 0];
          if (value === 0) model.delete(keyText(key));
          else model.set(keyText(key), [key, count + 1, sum + value]);
        }
      };
      let subtasks = [new Sums(types)];
      const disks = [new Disk()];
      for (const [index, batch] of batches.entries()) {
        update(batch);
        if (index === 3 || index === 5) {
          const parallelism = index === 3 ? 3 : 2;
          subtasks.forEach((old, i) => disks[i]!.write(old.group.snapshot(false)));
          const next = Array.from({ length: parallelism }, () => new Sums(types));
          next.forEach((sums, i) =>
            disks.forEach((disk) => sums.restore(disk.bytes, disk.last, parallelism, i)),
          );
          subtasks.forEach((old) => old.release());
          subtasks = next;
          disks.splice(0, disks.length, ...next.map(() => new Disk()));
        }
        subtasks.forEach((sums, i) => {
          const mine = batch.filter(([key]) => {
            const keyGroup = keyGroupOf(rowHash(types, key), 128);
            return subtaskOfKeyGroup(128, subtasks.length, keyGroup) === i;
          });
          if (mine.length > 0) sums.add(mine);
          disks[i]!.write(sums.group.snapshot(index === 0));
        });
        assert.deepEqual(subtasks.flatMap((sums) => sums.lines()).sort(), expected());
      }
      subtasks.forEach((sums) => sums.release());
    }),
    { numRuns: 60 },
  ));

test('grows over many batches, drops dead keys instead when most are dead, and snapshots only what changed', () => {
  const sums = new Sums([t.BIGINT, t.STRING]);
  const row = (i: number, value: number) => [[BigInt(i), `a long text of number ${i}`], value] as const;
  const range = (from: number, to: number, value: number) => Array.from({ length: to - from }, (_, i) => row(from + i, value)); // prettier-ignore
  for (let from = 0; from < 8_000; from += 800) sums.add(range(from, from + 800, 1));
  assert.lengthOf(sums.lines(), 8_000);
  const { pageCount, pages } = sums.group.snapshot(false);
  assert.lengthOf(pages, pageCount);
  sums.add([row(7, 1), row(7_999, 1)]);
  assert.isAtMost(sums.group.snapshot(false).pages.length, 4);
  assert.lengthOf(sums.group.snapshot(true).pages, pageCount);
  // Steady state: keys come and go, and no page is added.
  const bytes = () => memory.wasm.memory.buffer.byteLength;
  for (let from = 8_000; from < 18_000; from += 800) {
    sums.add(range(from - 8_000, from - 7_200, 0));
    sums.add(range(from, from + 800, 1));
  }
  const before = [bytes(), sums.table.pageCount];
  for (let from = 18_000; from < 60_000; from += 800) {
    sums.add(range(from - 8_000, from - 7_200, 0));
    sums.add(range(from, from + 800, 1));
  }
  assert.deepEqual([bytes(), sums.table.pageCount], before);
  assert.lengthOf(sums.lines(), 8_000);
  sums.release();
});

test('keys of any length, whose freed bytes are used again', () => {
  const sums = new Sums([t.STRING]);
  const lengths = [0, 1, 7, 8, 15, 16, 17, 120, 121, 1000, 40_000, 300_000];
  const rows = (round: number, value: number) =>
    lengths.map((length) => [[String.fromCharCode(97 + (round % 26)).repeat(length)], value] as const);
  let pages = 0;
  for (let round = 0; round < 60; round++) {
    sums.add(rows(round, 1));
    const alive = new Set(sums.lines().map((text) => text.split(' ')[0]!.length));
    assert.deepEqual(
      [...alive].sort((a, b) => a - b),
      lengths,
    );
    sums.add(rows(round, 0));
    sums.table.compact();
    sums.table.heap?.settle();
    if (round === 10) pages = sums.table.heap!.pageCount;
  }
  assert.equal(sums.table.heap!.pageCount, pages);
  assert.equal(sums.table.heap!.usedBytes, 0);
  sums.release();
});
