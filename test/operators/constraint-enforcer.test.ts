import { assert, describe, test } from 'vitest';
import { ConstraintEnforcer } from '../../engine/operators/constraint-enforcer.ts';
import type { ConstraintEnforcerSpec } from '../../engine/operators/operator-spec.ts';
import { T } from '../expressions/evaluation.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const environment = await testEnvironment();
const rowType = T.row({ id: T.bigint, code: T.char(3), name: T.varchar(4) });
const lengths = [
  { column: 1, length: 3, pad: true },
  { column: 2, length: 4, pad: false },
];

const cases: {
  readonly name: string;
  readonly spec: Partial<ConstraintEnforcerSpec>;
  readonly rows: readonly string[];
  /** Rows, or the text of the failure. */
  readonly expected: readonly string[] | RegExp;
}[] = [
  {
    name: 'passes rows that keep their promises',
    spec: { notNullColumns: [0] },
    rows: ['+I[1, abc, null]', '-U[2, null, d]'],
    expected: ['+I[1, abc, null]', '-U[2, null, d]'],
  },
  {
    name: 'fails at a NULL in a NOT NULL column, in the words of Flink (S-65)',
    spec: { notNullColumns: [0, 2] },
    rows: ['+I[1, a, b]', '+I[2, a, null]'],
    expected:
      /^Column 'name' is NOT NULL, however, a null value is being written into it\. .*not-null-enforcer/,
  },
  {
    name: 'drops rows with a NULL where that is asked for, and keeps the RowKinds of the others',
    spec: { notNullColumns: [0, 2], onNull: 'DROP' },
    rows: ['+I[1, a, b]', '-U[null, a, b]', '+U[2, a, null]', '-D[3, null, x]'],
    expected: ['+I[1, a, b]', '-D[3, null, x]'],
  },
  {
    name: 'emits nothing when all rows are dropped',
    spec: { notNullColumns: [0], onNull: 'DROP' },
    rows: ['+I[null, a, b]'],
    expected: [],
  },
  {
    name: 'ignores lengths by default',
    spec: {},
    rows: ['+I[1, abcdef, abcdef]'],
    expected: ['+I[1, abcdef, abcdef]'],
  },
  {
    name: 'cuts, and fills up a CHAR',
    spec: { onLength: 'TRIM_PAD' },
    rows: ['+I[1, abcdef, abcdef]', '+I[2, é, 漢字かな漢]', '+I[3, null, null]'],
    expected: ['+I[1, abc, abcd]', '+I[2, é  , 漢字かな]', '+I[3, null, null]'],
  },
  {
    name: 'fails at a text that is too long',
    spec: { onLength: 'ERROR' },
    rows: ['+I[1, abc, abcd]', '+I[2, abc, abcde]'],
    expected: /^Column 'name' is VARCHAR\(4\), however, a value whose length is more than 4/,
  },
  {
    name: 'fails at a CHAR of another length',
    spec: { onLength: 'ERROR' },
    rows: ['+I[1, ab, abcd]'],
    expected: /^Column 'code' is CHAR\(3\), however, a value whose length is not 3/,
  },
];

describe('ConstraintEnforcer', () => {
  for (const { name, spec, rows, expected } of cases) {
    test(name, async () => {
      const full: ConstraintEnforcerSpec = {
        kind: 'ConstraintEnforcer',
        rowType,
        notNullColumns: [],
        onNull: 'ERROR',
        lengths,
        onLength: 'IGNORE',
        ...spec,
      };
      const harness = await OneInputStreamOperatorTestHarness.open(environment, {
        inputType: rowType,
        outputType: rowType,
        operator: (context) => new ConstraintEnforcer(context, full),
      });
      if (expected instanceof RegExp) assert.throws(() => harness.process(...rows), expected);
      else {
        harness.process(...rows);
        assert.deepEqual(harness.take(), expected);
      }
      harness.operator.close();
    });
  }
});
