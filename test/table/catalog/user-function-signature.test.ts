import { assert, test } from 'vitest';
import { signatureOf } from '../../../engine/table/catalog/user-function-signature.ts';

/** A function that computes its type so. */
const returning = (type: unknown) => ({
  kind: 'scalar',
  parameters: ['ANY'],
  returns: () => type,
  eval: (value: unknown) => value,
});

test('a type that is computed has to be the text of one', () => {
  const types = [{ root: 'INTEGER', nullable: true }] as const;
  assert.equal(signatureOf(returning('BIGINT')).result(types).root, 'BIGINT');
  assert.throws(() => signatureOf(returning('INTT')).result(types), "'INTT' is no type of SQL");
  for (const type of [5, undefined, null, ['INT']])
    assert.throws(() => signatureOf(returning(type)).result(types), 'is no type of SQL: it is no text');
});
