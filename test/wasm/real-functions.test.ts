import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { REAL_FUNCTIONS } from '../reference/real-functions.ts';
import { KernelMemory } from './kernel-memory.ts';

const memory = await KernelMemory.create();
type Name = Exclude<keyof typeof REAL_FUNCTIONS, 'pow'>;

function apply(name: Name, values: readonly number[]): readonly number[] {
  memory.reset();
  const a = memory.operand('F64', values, false);
  const out = memory.bytes(8 * values.length);
  memory.kernels[`${name}F64`](values.length, a.address, a.stride, out);
  return memory.read('F64', out, values.length) as number[];
}

function pow(pairs: readonly (readonly [number, number])[]): readonly number[] {
  memory.reset();
  const [a, b] = [0, 1].map((i) =>
    memory.operand(
      'F64',
      pairs.map((pair) => pair[i]!),
      false,
    ),
  );
  const out = memory.bytes(8 * pairs.length);
  memory.kernels.powF64(pairs.length, a!.address, a!.stride, b!.address, b!.stride, out);
  return memory.read('F64', out, pairs.length) as number[];
}

const plain = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.double({ min, max, noNaN: true }).map((x) => (Math.abs(x) < 1e-60 ? 0.5 : x)),
    fc.integer({ min: Math.ceil(min), max: Math.floor(max) }),
    fc.integer({ min: Math.ceil(100 * min), max: Math.floor(100 * max) }).map((x) => x / 100),
  );
const RANGES: Readonly<Record<Name, fc.Arbitrary<number>>> = {
  exp: plain(-60, 60),
  log: plain(1e-6, 1e6).filter((x) => x > 0),
  log10: plain(1e-6, 1e6).filter((x) => x > 0),
  sin: plain(-1e6, 1e6),
  cos: plain(-1e6, 1e6),
  tan: plain(-1e6, 1e6),
};

describe('the nearest double', () => {
  for (const name of Object.keys(RANGES) as Name[]) {
    test(name, () =>
      fc.assert(
        fc.property(fc.array(RANGES[name], { minLength: 1, maxLength: 20 }), (values) =>
          assert.deepEqual(
            apply(name, values),
            values.map((x) => REAL_FUNCTIONS[name](x) + 0),
          ),
        ),
        { numRuns: 50 },
      ),
    );
  }
  test('pow', () =>
    fc.assert(
      fc.property(
        plain(0.01, 100).filter((x) => x > 0),
        plain(-12, 12),
        (x, y) => assert.deepEqual(pow([[x, y]]), [REAL_FUNCTIONS.pow(x, y)]),
      ),
      { numRuns: 300 },
    ));
});

describe('edges, as Java has them', () => {
  const cases: readonly (readonly [Name, readonly (readonly [number, number])[]])[] = [
    [
      'exp',
      [
        [0, 1],
        [1, Math.E],
        [710, Infinity],
        [-746, 0],
        [-745, 4.9e-324],
        [Infinity, Infinity],
        [-Infinity, 0],
        [NaN, NaN],
      ],
    ],
    [
      'log',
      [
        [1, 0],
        [0, -Infinity],
        [-0, -Infinity],
        [-1, NaN],
        [Infinity, Infinity],
        [NaN, NaN],
        [4.9e-324, -744.4400719213812],
        [Number.MAX_VALUE, 709.782712893384],
      ],
    ],
    [
      'log10',
      [
        [1, 0],
        [1000, 3],
        [1e-5, -5],
        [1e300, 300],
        [0, -Infinity],
        [-1, NaN],
      ],
    ],
    [
      'sin',
      [
        [0, 0],
        [-0, -0],
        [Infinity, NaN],
        [NaN, NaN],
        [1e-300, 1e-300],
        [1e22, -0.8522008497671888],
        [Number.MAX_VALUE, 0.004961954789184062],
      ],
    ],
    [
      'cos',
      [
        [0, 1],
        [-Infinity, NaN],
        [1e22, REAL_FUNCTIONS.cos(1e22)],
        [Number.MAX_VALUE, -0.9999876894265599],
      ],
    ],
    [
      'tan',
      [
        [0, 0],
        [-0, -0],
        [Infinity, NaN],
        [1e22, REAL_FUNCTIONS.tan(1e22)],
        [Math.PI / 2, 16331239353195370],
      ],
    ],
  ];
  for (const [name, pairs] of cases) {
    test(name, () =>
      assert.deepEqual(
        apply(
          name,
          pairs.map(([x]) => x),
        ),
        pairs.map(([, y]) => y),
      ),
    );
  }

  test('pow', () => {
    const edges: readonly (readonly [number, number, number])[] = [
      [2, 0, 1],
      [NaN, 0, 1],
      [NaN, 1, NaN],
      [1, NaN, NaN],
      [1, Infinity, NaN],
      [-1, -Infinity, NaN],
      [2, Infinity, Infinity],
      [0.5, Infinity, 0],
      [0, 3, 0],
      [-0, 3, -0],
      [-0, 2, 0],
      [0, -1, Infinity],
      [-0, -1, -Infinity],
      [-0, -2, Infinity],
      [Infinity, -1, 0],
      [-Infinity, 3, -Infinity],
      [-Infinity, 0.5, Infinity],
      [-2, 3, -8],
      [-8, 1 / 3, NaN],
      [-1, 2147483647, -1],
      [10, 308, 1e308],
      [10, 309, Infinity],
      [10, -324, 0],
      [2, -1074, 4.9e-324],
      [2, 1023, 2 ** 1023],
      [10, -5, 1e-5],
      [3, 34, 16677181699666569],
    ];
    assert.deepEqual(
      pow(edges.map(([x, y]) => [x, y] as const)),
      edges.map(([, , z]) => z),
    );
  });
});
