import { assert, describe, test } from 'vitest';
import * as fc from 'fast-check';
import { accumulatorOf, accumulatorText } from '../../engine/operators/aggregate/accumulator-text.ts';

describe('the text of an accumulator', () => {
  test('gives the accumulator back, whatever data it is of', () => {
    const names = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('$n', '$m', '$o', '$', '__proto__'));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.double(),
        fc.bigInt(),
        fc.string(),
        fc.uint8Array({ maxLength: 4 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
        fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
      ),
    }));
    fc.assert(
      fc.property(value, (accumulator) => {
        assert.deepEqual(accumulatorOf(accumulatorText(accumulator), undefined), accumulator);
      }),
    );
  });

  test('makes an object of a class one of that class again', () => {
    class Mean {
      sum = 0;
      get double(): number {
        return 2 * this.sum;
      }
    }
    const back = accumulatorOf(accumulatorText(Object.assign(new Mean(), { sum: 4 })), new Mean());
    assert.instanceOf(back, Mean);
    assert.equal(back.double, 8);
  });

  for (const [name, held] of Object.entries({
    'a function': () => 1,
    'a date': new Date(0),
    'a symbol': Symbol('x'),
  })) {
    test(`refuses ${name}, which is no data`, () => {
      assert.throws(() => accumulatorText({ held }), /an accumulator cannot hold a .*: it is kept as data/);
    });
  }
});
