import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import type { Value } from '../../engine/data/value.ts';
import { HashJoin } from '../../engine/operators/hash-join.ts';
import type { HashJoinSpec } from '../../engine/operators/operator-spec.ts';
import { T, call, input } from '../expressions/evaluation.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { TwoInputStreamOperatorTestHarness } from '../harness/two-input-stream-operator-test-harness.ts';

const environment = await testEnvironment();
const leftType = T.row({ k: T.int, a: T.string });
const rightType = T.row({ k: T.int, b: T.string, n: T.bigint });

type Row = readonly Value[];

function specOf(
  joinType: HashJoinSpec['joinType'],
  isKeyed: boolean,
  isNullSafe: boolean,
  hasCondition: boolean,
): HashJoinSpec {
  const isHalf = joinType === 'SEMI' || joinType === 'ANTI';
  return {
    kind: 'HashJoin',
    joinType,
    leftKeys: isKeyed ? [0] : [],
    rightKeys: isKeyed ? [0] : [],
    filterNulls: isKeyed ? [!isNullSafe] : [],
    ...(hasCondition && { condition: call('<', T.boolean, input(1, T.string), input(3, T.string)) }),
    leftType,
    rightType,
    outputType: isHalf ? leftType : { ...leftType, fields: [...leftType.fields, ...rightType.fields] },
  };
}

/** Every row with every row. */
function reference(spec: HashJoinSpec, left: readonly Row[], right: readonly Row[]): string[] {
  const matches = (l: Row, r: Row): boolean => {
    const isSame = l[0] === r[0] && (l[0] !== null || !spec.filterNulls[0]);
    const isBelow = typeof l[1] === 'string' && typeof r[1] === 'string' && l[1] < r[1];
    return (spec.leftKeys.length === 0 || isSame) && (!spec.condition || isBelow);
  };
  const pairs = left.flatMap((l) => right.filter((r) => matches(l, r)).map((r): Row => [...l, ...r]));
  const lonelyLeft = left.filter((l) => !right.some((r) => matches(l, r)));
  const lonelyRight = right.filter((r) => !left.some((l) => matches(l, r)));
  const padRight = lonelyLeft.map((l): Row => [...l, null, null, null]);
  const padLeft = lonelyRight.map((r): Row => [null, null, ...r]);
  const rows = {
    INNER: pairs,
    LEFT: [...pairs, ...padRight],
    RIGHT: [...pairs, ...padLeft],
    FULL: [...pairs, ...padRight, ...padLeft],
    SEMI: left.filter((l) => right.some((r) => matches(l, r))),
    ANTI: lonelyLeft,
  }[spec.joinType];
  return rows.map((row) => `+I[${row.map(String).join(', ')}]`).sort();
}

const orNull = <V extends Value>(values: fc.Arbitrary<V>) => fc.option(values, { nil: null, freq: 4 });
const anyText = orNull(fc.constantFrom('a', 'b', 'longer than sixteen bytes', 'c'));
const anyLeft = fc.array(fc.tuple(orNull(fc.integer({ min: 0, max: 4 })), anyText), { maxLength: 20 });
const anyRight = fc.array(
  fc.tuple(orNull(fc.integer({ min: 0, max: 4 })), anyText, orNull(fc.bigInt(0n, 2n))),
  {
    maxLength: 20,
  },
);

describe('HashJoin', () => {
  for (const joinType of ['INNER', 'LEFT', 'RIGHT', 'FULL', 'SEMI', 'ANTI'] as const) {
    test(`${joinType}: inserts alone, the rows of a nested loop, however the inputs interleave`, async () => {
      await fc.assert(
        fc.asyncProperty(
          anyLeft,
          anyRight,
          fc.boolean(),
          fc.boolean(),
          fc.boolean(),
          fc.infiniteStream(fc.boolean()),
          async (left, right, isKeyed, isNullSafe, hasCondition, order) => {
            const spec = specOf(joinType, isKeyed, isNullSafe, hasCondition);
            const harness = await TwoInputStreamOperatorTestHarness.open(environment, {
              inputTypes: [leftType, rightType],
              outputType: spec.outputType,
              operator: (context) => new HashJoin(context, spec),
            });
            try {
              const waiting: [Row[], Row[]] = [[...left], [...right]];
              for (const first of order) {
                const side = first && waiting[0].length > 0 ? 0 : waiting[1].length > 0 ? 1 : 0;
                if (waiting[side].length === 0) break;
                harness.process(side, ...waiting[side].splice(0, 3));
              }
              await harness.endInput();
              const all = harness.take();
              assert.equal(all.pop(), 'watermark end');
              assert.deepEqual(all.sort(), reference(spec, left, right));
            } finally {
              harness.close();
            }
          },
        ),
        { numRuns: 40 },
      );
    });
  }
});
