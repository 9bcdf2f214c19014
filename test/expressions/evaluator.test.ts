import { assert, describe, test } from 'vitest';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import type { Value } from '../../engine/data/value.ts';
import { readValues } from '../../engine/expressions/column-values.ts';
import { ExpressionEvaluator } from '../../engine/expressions/expression-evaluator.ts';
import { hasRuntime } from '../../engine/expressions/functions/registry.ts';
import { Predicate } from '../../engine/expressions/predicate.ts';
import type { RexNode } from '../../engine/expressions/rex-node.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { T, call, cast, evaluate, input, literal, text, wasm } from './evaluation.ts';

const CONTEXT = { configuration: {}, clock: { now: () => 1_700_000_000_123 } };

class Bench {
  readonly pool = new MemorySegmentPool(wasm);
  readonly builder: BatchBuilder;
  readonly inputType: RowType;

  constructor(inputType: RowType) {
    this.inputType = inputType;
    this.builder = new BatchBuilder(wasm, this.pool, inputType);
  }

  batch(rows: readonly (readonly Value[])[]) {
    for (const row of rows) this.builder.append(row);
    return this.builder.build();
  }

  evaluator(...expressions: RexNode[]): ExpressionEvaluator {
    return new ExpressionEvaluator(wasm, this.pool, { ...CONTEXT, inputType: this.inputType, expressions });
  }
}

describe('ExpressionEvaluator', () => {
  test('passes columns on as they are, constants as one cell', () => {
    const bench = new Bench(T.row({ a: T.bigint, s: T.string }));
    const evaluator = bench.evaluator(input(1, T.string), text('x'));
    const batch = bench.batch([[1n, 'a']]);
    const [column, constant] = evaluator.evaluate(batch);
    assert.equal(column, batch.column(1));
    assert.isTrue(constant!.isConstant);
    evaluator.release();
  });

  test('computes a common sub-expression once', () => {
    const bench = new Bench(T.row({ a: T.bigint }));
    const product = () => call('*', T.bigint, input(0, T.bigint), literal('3', T.bigint));
    const evaluator = bench.evaluator(
      product(),
      call('>', T.boolean, product(), literal('5', T.bigint)),
      product(),
    );
    const [first, , third] = evaluator.evaluate(bench.batch([[1n], [2n]]));
    assert.equal(first!.values, third!.values);
    evaluator.release();
  });

  test('works in few pages, however long an expression is', () => {
    const bench = new Bench(T.row({ a: T.bigint }));
    let sum: RexNode = input(0, T.bigint);
    for (let i = 0; i < 200; i++) sum = call('+', T.bigint, sum, literal(String(i), T.bigint));
    const before = bench.pool.usedBytes;
    const evaluator = bench.evaluator(sum);
    assert.isBelow(bench.pool.usedBytes - before, 8 * 32768);
    const batch = bench.batch([[1n], [null]]);
    const [column] = evaluator.evaluate(batch);
    assert.deepEqual(readValues(wasm, column!, 2), [19901n, null]);
    evaluator.release();
  });

  test('does not take more pages batch after batch', () => {
    const bench = new Bench(T.row({ s: T.string }));
    const evaluator = bench.evaluator(
      call('||', T.string, call('UPPER', T.string, input(0, T.string)), text('!')),
      call('REVERSE', T.string, input(0, T.string)),
    );
    const rows = Array.from({ length: 4096 }, (_, i) => [i % 7 === 0 ? null : `text number ${i}`]);
    for (let i = 0; i < 3; i++) evaluator.evaluate(bench.batch(rows));
    const used = bench.pool.usedBytes;
    for (let i = 0; i < 10; i++) evaluator.evaluate(bench.batch(rows));
    assert.equal(bench.pool.usedBytes, used);
    evaluator.release();
  });

  test('NOW is the moment of the batch', () => {
    const bench = new Bench(T.row({ a: T.int }));
    const evaluator = bench.evaluator(call('NOW', T.ltz(3)), call('CURRENT_DATE', T.date));
    const columns = evaluator.evaluate(bench.batch([[1], [2]]));
    assert.deepEqual(readValues(wasm, columns[0]!, 2), [
      { epochMs: 1_700_000_000_123, nanoOfMs: 0 },
      { epochMs: 1_700_000_000_123, nanoOfMs: 0 },
    ]);
    assert.deepEqual(readValues(wasm, columns[1]!, 1), [Math.floor(1_700_000_000_123 / 86_400_000)]);
    evaluator.release();
  });

  test('RAND is new in every call', () => {
    const results = evaluate(
      T.row({ a: T.int }),
      [[1], [2]],
      [call('RAND', T.double), call('RAND', T.double)],
    );
    assert.equal(new Set(results.flat()).size, 4);
  });

  test('a function without a runtime is refused when it is compiled', () => {
    const bench = new Bench(T.row({ a: T.int }));
    assert.throws(
      () => bench.evaluator(call('SOUNDEX', T.string, input(0, T.int))),
      /SOUNDEX\(INTEGER\) is not supported/,
    );
    assert.isFalse(hasRuntime('SOUNDEX', [T.string]));
    assert.isTrue(hasRuntime('LOWER', [T.string]));
    assert.isFalse(hasRuntime('<', [{ root: 'ARRAY', element: T.int, nullable: true }, T.int]));
  });

  test('ROUND of a DECIMAL to digits from a column is read with the digits of the column', () => {
    const decimal = T.decimal(10, 4);
    const rounded = call('ROUND', decimal, input(0, decimal), input(1, T.int));
    const rows = [
      ['2.5555', 0],
      ['-2.5555', 1],
      ['123456.7891', -2],
      ['2.5555', 7],
      [null, 1],
      ['1.0000', null],
    ];
    const values = evaluate(T.row({ m: decimal, n: T.int }), rows, [rounded]).map(([value]) => value);
    assert.deepEqual(values, ['0.0003', '-0.0026', '12.3500', '2.5555', null, null]);
  });

  test('a cast that fails says what it read, and where', () => {
    const rows = [['1'], [null], ['one']];
    assert.throws(
      () => evaluate(T.row({ s: T.string }), rows, [cast(input(0, T.string), T.int)]),
      "Cannot cast 'one' to INT in `CAST(s AS INT)`, row 3",
    );
  });

  test('the row of a failure is the row of the batch, below conditions too', () => {
    const isOdd = call(
      '=',
      T.boolean,
      call('%', T.int, input(0, T.int), literal(2, T.int)),
      literal(1, T.int),
    );
    const divided = call('/', T.int, literal(1, T.int), call('-', T.int, input(0, T.int), literal(5, T.int)));
    const guarded = call('CASE', T.int, isOdd, divided, literal(0, T.int));
    const rows = [[1], [2], [4], [5], [7]];
    assert.throws(
      () => evaluate(T.row({ a: T.int }), rows, [guarded]),
      'Division by zero in `1 / (a - 5)`, row 4',
    );
    assert.deepEqual(evaluate(T.row({ a: T.int }), [[2], [4]], [guarded]), [[0], [0]]);
  });
});

describe('nested rows', () => {
  const inner = T.row({ x: T.int, y: T.row({ z: T.string }) });
  const inputType = T.row({ id: T.int, r: inner });
  const r = input(1, inner);
  const field = (node: RexNode, index: number): RexNode => ({
    kind: 'field',
    node,
    index,
    type: node.type.root === 'ROW' ? node.type.fields[index]!.type : T.int,
  });
  const rows: Value[][] = [
    [1, [10, ['a']]],
    [2, null],
    [3, [30, null]],
    [4, [null, ['d']]],
  ];
  test('fields of a NULL row are NULL', () => {
    assert.deepEqual(evaluate(inputType, rows, [field(r, 0), field(field(r, 1), 0)]), [
      [10, 'a'],
      [null, null],
      [30, null],
      [null, 'd'],
    ]);
  });
  test('whole rows pass a filter, a CASE and a cast', () => {
    const condition = call('>', T.boolean, input(0, T.int), literal(1, T.int));
    const chosen = call(
      'CASE',
      inner,
      call('=', T.boolean, input(0, T.int), literal(3, T.int)),
      literal(null, inner),
      r,
    );
    const target = T.row({ x: T.bigint, y: T.row({ z: T.string }) });
    assert.deepEqual(evaluate(inputType, rows, [r, chosen, cast(r, target)], { condition }), [
      [null, null, null],
      [[30, null], null, [30n, null]],
      [
        [null, ['d']],
        [null, ['d']],
        [null, ['d']],
      ],
    ]);
  });
  test('a row is made of values, and equals another field by field', () => {
    const made = call('ROW', T.row({ a: T.int, b: T.string }), input(0, T.int), text('x'));
    const same = call('=', T.boolean, made, call('ROW', made.type, literal(1, T.int), text('x')));
    assert.deepEqual(evaluate(T.row({ id: T.int }), [[1], [2]], [made, same]), [
      [[1, 'x'], true],
      [[2, 'x'], false],
    ]);
  });
});

describe('Predicate', () => {
  test('lists the rows for which the condition is TRUE', () => {
    const bench = new Bench(T.row({ a: T.int, s: T.string }));
    const condition = call(
      'AND',
      T.boolean,
      call('>', T.boolean, input(0, T.int), literal(1, T.int)),
      call('LIKE', T.boolean, input(1, T.string), text('%x%')),
    );
    const predicate = new Predicate(wasm, bench.pool, { ...CONTEXT, inputType: bench.inputType, condition });
    const selected = (rows: Value[][]): number[] => {
      const { address, count } = predicate.select(bench.batch(rows));
      return [...new Uint32Array(wasm.memory.buffer, address, count)];
    };
    const first: Value[][] = [
      [1, 'x'],
      [2, 'axb'],
      [3, 'y'],
      [null, 'x'],
      [5, 'x'],
    ];
    assert.deepEqual(selected(first), [1, 4]);
    assert.deepEqual(selected([[2, 'x']]), [0]);
    assert.deepEqual(selected([[0, 'x']]), []);
    predicate.release();
  });
});
