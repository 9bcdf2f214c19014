/** Families of types that operands are asked for, by Calcite's names, and the check of a list of operands. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import {
  isBinary,
  isCharacter,
  isDatetime,
  isExactNumeric,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
} from '../../types/type-families.ts';
import type { Form } from './function-definition.ts';

const TESTS = {
  ANY: () => true,
  BOOLEAN: (type: LogicalType) => type.root === 'BOOLEAN',
  NUMERIC: isNumeric,
  EXACT_NUMERIC: isExactNumeric,
  INTEGER: isInteger,
  CHARACTER: isCharacter,
  BINARY: isBinary,
  STRING: (type: LogicalType) => isCharacter(type) || isBinary(type),
  DATE: (type: LogicalType) => type.root === 'DATE',
  TIME: (type: LogicalType) => type.root === 'TIME',
  TIMESTAMP: isTimestamp,
  DATETIME: isDatetime,
  DATETIME_INTERVAL: isInterval,
  ARRAY: (type: LogicalType) => type.root === 'ARRAY',
  MAP: (type: LogicalType) => type.root === 'MAP',
  MULTISET: (type: LogicalType) => type.root === 'MULTISET',
  VARIANT: (type: LogicalType) => type.root === 'VARIANT',
  BITMAP: (type: LogicalType) => type.root === 'BITMAP',
  TIME_UNIT: (type: LogicalType) => type.root === 'SYMBOL',
  SYMBOL: (type: LogicalType) => type.root === 'SYMBOL',
  COMPARABLE_TYPE: (type: LogicalType) => !['VARIANT', 'BITMAP', 'SYMBOL'].includes(type.root),
  /** Must be written out: a constant text, a constant number. */
  CHARACTER_LITERAL: isCharacter,
  ROWTIME: (type: LogicalType) => 'attribute' in type && type.attribute === 'ROWTIME',
} satisfies Record<string, (type: LogicalType) => boolean>;

export type Family = keyof typeof TESTS;

/** `'CHARACTER INTEGER'`, `'CHARACTER+'` (once or more), `''` (none). */
export function form(text: string): Form {
  const isVariadic = text.endsWith('+');
  const families = (isVariadic ? text.slice(0, -1) : text).split(' ').filter((name) => name !== '');
  for (const family of families) if (!(family in TESTS)) throw new RangeError(`no family ${family}`);
  return { families: families as Family[], isVariadic };
}

/** Whether a form takes this many operands. */
export function takesCount({ families, isVariadic }: Form, count: number): boolean {
  return isVariadic ? count >= families.length : count === families.length;
}

export function familyAt({ families, isVariadic }: Form, index: number): Family | undefined {
  return families[isVariadic ? Math.min(index, families.length - 1) : index];
}

/** Whether operands have the families that a form asks for. NULL fits everywhere. */
export function takesOperands(form: Form, operands: readonly RexNode[]): boolean {
  if (!takesCount(form, operands.length)) return false;
  return operands.every((operand, i) => {
    const family = familyAt(form, i);
    if (family === undefined) return false;
    if (family === 'CHARACTER_LITERAL' && operand.kind !== 'literal') return false;
    return operand.type.root === 'NULL' || TESTS[family](operand.type);
  });
}
