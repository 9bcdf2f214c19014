import { expect, test } from 'vitest';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import {
  calciteTypeText,
  serializableTypeText,
  typeRootText,
  typeText,
} from '../../engine/types/type-text.ts';
import { type } from './type-dsl.ts';

const attribute = (of: 'ROWTIME' | 'PROCTIME', text: string) =>
  ({ ...type(text), attribute: of }) as LogicalType;

const cases: [source: LogicalType, summary: string, serializable: string, calcite: string][] = [
  [type('BIGINT NOT NULL'), 'BIGINT NOT NULL', 'BIGINT NOT NULL', 'BIGINT'],
  [type('INT'), 'INT', 'INT', 'INTEGER'],
  [type('STRING'), 'STRING', 'VARCHAR(2147483647)', 'VARCHAR(2147483647)'],
  [type('VARCHAR(5)'), 'VARCHAR(5)', 'VARCHAR(5)', 'VARCHAR(5)'],
  [type('BYTES'), 'BYTES', 'VARBINARY(2147483647)', 'VARBINARY(2147483647)'],
  [type('DECIMAL(8, 2)'), 'DECIMAL(8, 2)', 'DECIMAL(8, 2)', 'DECIMAL(8, 2)'],
  [type('TIME'), 'TIME(0)', 'TIME(0)', 'TIME(0)'],
  [
    type('TIMESTAMP_LTZ(3)'),
    'TIMESTAMP_LTZ(3)',
    'TIMESTAMP(3) WITH LOCAL TIME ZONE',
    'TIMESTAMP_WITH_LOCAL_TIME_ZONE(3)',
  ],
  [attribute('ROWTIME', 'TIMESTAMP(3)'), 'TIMESTAMP(3) *ROWTIME*', 'TIMESTAMP(3)', 'TIMESTAMP(3)'],
  [
    attribute('PROCTIME', 'TIMESTAMP_LTZ(3) NOT NULL'),
    'TIMESTAMP_LTZ(3) NOT NULL *PROCTIME*',
    'TIMESTAMP(3) WITH LOCAL TIME ZONE NOT NULL',
    'TIMESTAMP_WITH_LOCAL_TIME_ZONE(3)',
  ],
  [type('INTERVAL DAY'), 'INTERVAL SECOND(3)', 'INTERVAL SECOND(3)', 'INTERVAL DAY'],
  [type('INTERVAL YEAR'), 'INTERVAL MONTH', 'INTERVAL MONTH', 'INTERVAL YEAR'],
  [type('ARRAY<INT NOT NULL>'), 'ARRAY<INT NOT NULL>', 'ARRAY<INT NOT NULL>', 'INTEGER ARRAY'],
  [
    type('MAP<STRING, INT>'),
    'MAP<STRING, INT>',
    'MAP<VARCHAR(2147483647), INT>',
    '(VARCHAR(2147483647), INTEGER) MAP',
  ],
  [
    type('ROW<a INT, b ROW<c STRING NOT NULL>>'),
    'ROW<`a` INT, `b` ROW<`c` STRING NOT NULL>>',
    'ROW<`a` INT, `b` ROW<`c` VARCHAR(2147483647) NOT NULL>>',
    'RECORDTYPE(INTEGER A, RECORDTYPE(VARCHAR(2147483647) C) B)',
  ],
];

test.each(cases)('texts of %o', (source, summary, serializable, calcite) => {
  expect([typeText(source), serializableTypeText(source), calciteTypeText(source)]).toEqual([
    summary,
    serializable,
    calcite,
  ]);
});

test('comments of fields show in DESCRIBE only, quotes are doubled', () => {
  const row: LogicalType = {
    root: 'ROW',
    fields: [{ name: 'a`b', type: type('INT'), description: "it's" }],
    nullable: true,
  };
  expect(typeText(row)).toBe("ROW<`a``b` INT 'it''s'>");
  expect(serializableTypeText(row)).toBe('ROW<`a``b` INT>');
});

test('roots as Flink names them', () => {
  expect(
    ['TIMESTAMP(3)', 'TIME', 'TIMESTAMP_LTZ(3)', 'INT', 'CHAR(3)'].map((text) => typeRootText(type(text))),
  ).toEqual([
    'TIMESTAMP_WITHOUT_TIME_ZONE',
    'TIME_WITHOUT_TIME_ZONE',
    'TIMESTAMP_WITH_LOCAL_TIME_ZONE',
    'INTEGER',
    'CHAR',
  ]);
});
