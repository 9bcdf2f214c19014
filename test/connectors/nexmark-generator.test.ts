import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import bytes from '#wasm?bytes';
import { NexmarkGenerator } from '../../engine/connectors/nexmark/nexmark-generator.ts';
import { NEXMARK_ROW_TYPE } from '../../engine/connectors/nexmark/nexmark-row-type.ts';
import { type Column, leafTypes } from '../../engine/data/column.ts';
import type { RecordBatch } from '../../engine/data/record-batch.ts';
import { loadWasm, type Wasm } from '../../engine/memory/kernels.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import { nexmarkEvent, type NexmarkEvent, type Shape } from '../reference/nexmark.ts';

const PUBLIC: Shape = { rate: 20_000, persons: 1, auctions: 3, bids: 46, baseTimeMs: 1709251200000, seed: 0 };
const ALL = leafTypes(NEXMARK_ROW_TYPE).map(() => true);
const wasm = await loadWasm(bytes);
const pool = new MemorySegmentPool(wasm);

/** The batch as events, absent columns left out. */
function eventsOf({ memory }: Wasm, batch: RecordBatch): NexmarkEvent[] {
  const view = new DataView(memory.buffer);
  const cell = (column: Column, row: number): string | bigint | number => {
    const at = column.values + row * column.stride;
    if (column.type.root === 'INTEGER') return view.getInt32(at, true);
    if (column.type.root !== 'VARCHAR') return view.getBigInt64(at, true);
    const text = new Uint8Array(memory.buffer, view.getUint32(at, true), view.getUint32(at + 4, true));
    return new TextDecoder('latin1').decode(text);
  };
  return Array.from({ length: batch.rowCount }, (_, row) => {
    const event: Record<string, unknown> = {};
    NEXMARK_ROW_TYPE.fields.forEach(({ name, type }, i) => {
      const column = batch.column(i);
      if (type.root !== 'ROW') {
        if (column.values) event[name] = cell(column, row);
      } else if (view.getUint8(column.validity + row) === 1) {
        const fields = type.fields.map((field, j) => [field.name, column.children[j]!] as const);
        event[name] = Object.fromEntries(
          fields.filter(([, child]) => child.values).map(([field, child]) => [field, cell(child, row)]),
        );
      }
    });
    return event as unknown as NexmarkEvent;
  });
}

function generate(shape: Shape, first: number, stride: number, rows: number, required = ALL): NexmarkEvent[] {
  const generator = new NexmarkGenerator(wasm, pool, shape, required);
  const events = eventsOf(wasm, generator.fill(first, stride, rows));
  generator.release();
  return events;
}

describe('the Nexmark generator', () => {
  test('makes the reference events, from any number on, at any stride and shape', () => {
    const shapes = fc.record({
      rate: fc.constantFrom(1, 100, 10_000, 20_000, 3_000_000),
      persons: fc.integer({ min: 0, max: 20 }),
      auctions: fc.integer({ min: 0, max: 20 }),
      bids: fc.integer({ min: 1, max: 60 }),
      baseTimeMs: fc.constantFrom(0, 1709251200000),
      seed: fc.constantFrom(0, 7, 2 ** 40),
    });
    const starts = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 2 ** 36 }));
    fc.assert(
      fc.property(shapes, starts, fc.integer({ min: 1, max: 5 }), (shape, first, stride) => {
        const numbers = Array.from({ length: 60 }, (_, i) => first + i * stride);
        expect(generate(shape, first, stride, 60)).toEqual(numbers.map((n) => nexmarkEvent(shape, n)));
      }),
      { numRuns: 60 },
    );
  });

  test('gives a column the same values whichever others are asked for', () => {
    const full = generate(PUBLIC, 0, 1, 400);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: ALL.length, maxLength: ALL.length }), (required) => {
        let leaf = 0;
        const wanted = NEXMARK_ROW_TYPE.fields.map(({ name, type }) =>
          type.root !== 'ROW'
            ? ([name, required[leaf++]] as const)
            : ([name, type.fields.filter(() => required[leaf++]).map((field) => field.name)] as const),
        );
        const expected = full.map((event) => {
          const kept: Record<string, unknown> = {};
          for (const [name, names] of wanted) {
            const value = event[name as keyof NexmarkEvent];
            if (names === true) kept[name] = value;
            if (Array.isArray(names) && typeof value === 'object') {
              kept[name] = Object.fromEntries(names.map((field) => [field, value[field]]));
            }
          }
          return kept;
        });
        expect(generate(PUBLIC, 0, 1, 400, required)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  const published = '../shared/nexmark/events-generated.json';
  test.runIf(existsSync(published))('makes the published events, text by text', () => {
    const lines = readFileSync(published, 'utf8').trimEnd().split('\n');
    const millis = (text: string): bigint => BigInt(Date.parse(`${text.replace(' ', 'T')}Z`));
    const expected = lines.map((line) => {
      const event = JSON.parse(line) as Record<string, Record<string, string | number> | number>;
      return Object.fromEntries(
        Object.entries(event).map(([name, value]) => {
          if (typeof value !== 'object') return [name, value];
          const fields = Object.entries(value).map(([field, v]) => {
            if (field === 'dateTime' || field === 'expires') return [field, millis(String(v))];
            return [field, typeof v === 'number' ? BigInt(v) : v];
          });
          return [name, Object.fromEntries(fields)];
        }),
      );
    });
    expect(generate(PUBLIC, 0, 1, lines.length)).toEqual(expected);
  });
});
