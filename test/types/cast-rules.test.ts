import { describe, expect, test } from 'vitest';
import {
  refusedCastAdvice,
  supportsExplicitCast,
  supportsImplicitCast,
} from '../../engine/types/cast-rules.ts';
import { type } from './type-dsl.ts';

// Flink 2.3's answers: for each source every target of the list below that it casts to.
const explicit: [source: string, targets: string][] = [
  ['BOOLEAN', 'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING'],
  [
    'TINYINT',
    'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING; INTERVAL MONTH; INTERVAL DAY; INTERVAL SECOND(3)',
  ],
  [
    'INT',
    'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING; INTERVAL MONTH; INTERVAL DAY; INTERVAL SECOND(3)',
  ],
  [
    'BIGINT',
    'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING; INTERVAL MONTH; INTERVAL DAY; INTERVAL SECOND(3)',
  ],
  ['FLOAT', 'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING'],
  ['DOUBLE', 'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING'],
  // To an interval where it is written out; of a column such a cast is refused later.
  [
    'DECIMAL(8, 2)',
    'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING; INTERVAL MONTH; INTERVAL DAY; INTERVAL SECOND(3)',
  ],
  [
    'CHAR(3)',
    'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING; BINARY(2); BYTES; DATE; TIME; TIMESTAMP(3); TIMESTAMP_LTZ(3)',
  ],
  [
    'STRING',
    'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING; BINARY(2); BYTES; DATE; TIME; TIMESTAMP(3); TIMESTAMP_LTZ(3)',
  ],
  ['BINARY(2)', 'CHAR(3); STRING; BINARY(2); BYTES'],
  ['BYTES', 'CHAR(3); STRING; BINARY(2); BYTES'],
  ['DATE', 'CHAR(3); STRING; DATE; TIMESTAMP(3); TIMESTAMP_LTZ(3)'],
  ['TIME', 'CHAR(3); STRING; TIME; TIMESTAMP(3); TIMESTAMP_LTZ(3)'],
  ['TIMESTAMP(3)', 'CHAR(3); STRING; DATE; TIME; TIMESTAMP(3); TIMESTAMP_LTZ(3)'],
  ['TIMESTAMP_LTZ(3)', 'CHAR(3); STRING; DATE; TIME; TIMESTAMP(3); TIMESTAMP_LTZ(3)'],
  ['ARRAY<INT>', 'CHAR(3); STRING; ARRAY<INT>; ARRAY<STRING>'],
  ['MAP<STRING, INT>', 'CHAR(3); STRING; MAP<STRING, INT>'],
  ['ROW<x INT, y STRING>', 'CHAR(3); STRING; ROW<x INT, y STRING>; ROW<z BIGINT, q STRING>'],
  ['MULTISET<INT>', 'CHAR(3); STRING; MULTISET<INT>'],
  ['INTERVAL MONTH', 'CHAR(3); STRING; INTERVAL MONTH'],
  ['INTERVAL DAY', 'CHAR(3); STRING; INTERVAL DAY; INTERVAL SECOND(3)'],
];

// What INSERT INTO a column of the target type takes without a CAST.
const implicit: [source: string, targets: string][] = [
  ['BOOLEAN', 'BOOLEAN'],
  ['TINYINT', 'TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); DECIMAL(20, 4)'],
  ['INT', 'INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); DECIMAL(20, 4)'],
  ['BIGINT', 'BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); DECIMAL(20, 4)'],
  ['FLOAT', 'FLOAT; DOUBLE; DECIMAL(8, 2); DECIMAL(20, 4)'],
  ['DOUBLE', 'DOUBLE; DECIMAL(8, 2); DECIMAL(20, 4)'],
  ['DECIMAL(8, 2)', 'FLOAT; DOUBLE; DECIMAL(8, 2); DECIMAL(20, 4)'],
  ['CHAR(3)', 'CHAR(3); STRING; VARCHAR(5)'],
  ['STRING', 'STRING; VARCHAR(5)'],
  ['VARCHAR(5)', 'STRING; VARCHAR(5)'],
  ['BINARY(2)', 'BINARY(2); BYTES'],
  ['BYTES', 'BYTES'],
  ['DATE', 'DATE'],
  ['TIME', 'TIME; TIME(3)'],
  ['TIMESTAMP(3)', 'DATE; TIME; TIME(3); TIMESTAMP(3); TIMESTAMP(6); TIMESTAMP_LTZ(3)'],
  ['TIMESTAMP_LTZ(3)', 'TIMESTAMP(3); TIMESTAMP(6); TIMESTAMP_LTZ(3)'],
  ['ARRAY<INT>', 'ARRAY<BIGINT>'],
  ['MAP<STRING, INT>', 'MAP<STRING, BIGINT>'],
  ['ROW<x INT, y STRING>', 'ROW<p BIGINT, q STRING>'],
];

const explicitTargets =
  'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); CHAR(3); STRING; BINARY(2); BYTES; DATE; TIME; TIMESTAMP(3); ' +
  'TIMESTAMP_LTZ(3); ARRAY<INT>; ARRAY<STRING>; MAP<STRING, INT>; ROW<x INT, y STRING>; ROW<z BIGINT, q STRING>; MULTISET<INT>; ' +
  'INTERVAL MONTH; INTERVAL DAY; INTERVAL SECOND(3); VARIANT';
const implicitTargets =
  'BOOLEAN; TINYINT; INT; BIGINT; FLOAT; DOUBLE; DECIMAL(8, 2); DECIMAL(20, 4); CHAR(3); STRING; VARCHAR(5); BINARY(2); BYTES; DATE; ' +
  'TIME; TIME(3); TIMESTAMP(3); TIMESTAMP(6); TIMESTAMP_LTZ(3); ARRAY<BIGINT>; MAP<STRING, BIGINT>; ROW<p BIGINT, q STRING>';

function allowed(source: string, targets: string, rule: typeof supportsExplicitCast): string {
  return targets
    .split('; ')
    .filter((target) => rule(type(source), type(target.replace('SECOND(3)', 'SECOND'))))
    .join('; ');
}

describe('explicit casts', () => {
  test.each(explicit)('from %s', (source, targets) => {
    expect(allowed(source, explicitTargets, supportsExplicitCast)).toBe(targets);
  });

  test('NULL casts to anything', () => {
    expect(allowed('NULL', explicitTargets, supportsExplicitCast)).toBe(explicitTargets);
  });

  test('between numbers and timestamps Flink says what to do instead', () => {
    expect(refusedCastAdvice(type('INT'), type('TIMESTAMP(3)'))).toContain(
      'use TO_TIMESTAMP(FROM_UNIXTIME(numeric_col))',
    );
    expect(refusedCastAdvice(type('DOUBLE'), type('TIMESTAMP_LTZ(3)'))).toContain('use TO_TIMESTAMP_LTZ(');
    expect(refusedCastAdvice(type('TIMESTAMP(3)'), type('BIGINT'))).toContain('use UNIX_TIMESTAMP(');
    expect(refusedCastAdvice(type('TIMESTAMP_LTZ(3)'), type('BIGINT'))).toBe(
      'The cast from TIMESTAMP_LTZ type to NUMERIC type is not allowed.',
    );
    expect(refusedCastAdvice(type('INT'), type('DATE'))).toBeUndefined();
  });
});

describe('implicit casts into a sink', () => {
  test.each(implicit)('from %s', (source, targets) => {
    expect(allowed(source, implicitTargets, supportsImplicitCast)).toBe(targets);
  });

  test('a nullable column goes into a NOT NULL one: the run refuses the NULL', () => {
    expect(supportsImplicitCast(type('INT'), type('INT NOT NULL'))).toBe(true);
  });
});
