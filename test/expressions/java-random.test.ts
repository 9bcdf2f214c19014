import { describe, expect, test } from 'vitest';
import { JavaRandom, UNSEEDED } from '../../engine/expressions/java-random.ts';

describe('random whole numbers', () => {
  test('are those of java.util.Random', () => {
    const random = new JavaRandom(42);
    expect([random.nextInt(10), random.nextInt(10), random.nextInt(1000), random.nextInt(16)]).toEqual([
      0, 3, 248, 0,
    ]);
  });

  test('lie below every bound up to the greatest INT', () => {
    for (const bound of [1, 2, 3, 2 ** 30 + 1, 2147483646, 2147483647]) {
      const value = new JavaRandom(7).nextInt(bound);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(bound);
    }
  });

  test.each([0, -1, 2 ** 31, 1e300, NaN])('refuse the bound %d instead of looking for ever', (bound) => {
    expect(() => new JavaRandom(1).nextInt(bound)).toThrow(RangeError);
    expect(() => UNSEEDED.nextInt(bound)).toThrow(RangeError);
  });
});
