/**
 * How `=`, `<` and their like compare two expressions: which types meet, and what they are brought to.
 *
 * Flink casts both sides of `=` to the least restrictive type in the plan, and those of `<` while computing. A text
 * is brought to a time or a BOOLEAN that it is compared with; with a number `=` is refused and `<` is not.
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import { valueCaster } from '../../expressions/value-cast.ts';
import { commonType, leastRestrictive } from '../../types/common-type.ts';
import { decimalOf } from '../../types/decimal-arithmetic.ts';
import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { calciteTypeText, typeRootText, typeText } from '../../types/type-text.ts';
import {
  isBinary,
  isCharacter,
  isDatetime,
  isInterval,
  isNumeric,
  isTimestamp,
} from '../../types/type-families.ts';
import { coerce, coerceElements, tryCastTo } from './coercion.ts';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM';

const EQUALITIES: ReadonlySet<Comparison> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);

/** Whether the types can be compared at all (Calcite's check): one family, or a text on one side. */
export function isComparable(left: LogicalType, right: LogicalType): boolean {
  if (left.root === 'NULL' || right.root === 'NULL') return right.root !== 'ROW';
  if (left.root === 'ROW' && right.root === 'ROW') {
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((field, i) => isComparable(field.type, right.fields[i]?.type ?? field.type))
    );
  }
  if (left.root === 'BITMAP' && right.root === 'BITMAP') return left.nullable === right.nullable;
  if (left.root === 'VARIANT' && right.root === 'VARIANT') return true;
  const [a, b] = [familyOf(left), familyOf(right)];
  if (a === undefined || b === undefined) return false;
  return a === b || (a === 'CHARACTER' && TEXT_MEETS.has(b)) || (b === 'CHARACTER' && TEXT_MEETS.has(a));
}

const TEXT_MEETS = new Set([
  'NUMERIC',
  'BOOLEAN',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'INTERVAL_YEAR_MONTH',
  'INTERVAL_DAY_TIME',
]);

function familyOf(type: LogicalType): string | undefined {
  if (isNumeric(type)) return 'NUMERIC';
  if (isCharacter(type)) return 'CHARACTER';
  if (isBinary(type)) return 'BINARY';
  if (isTimestamp(type)) return 'TIMESTAMP';
  return ['VARIANT', 'BITMAP', 'SYMBOL'].includes(type.root) ? undefined : type.root;
}

/** Why two comparable types are refused after all; undefined if they are not. */
export function refusedComparison(
  operator: Comparison,
  left: LogicalType,
  right: LogicalType,
): string | undefined {
  if (!EQUALITIES.has(operator) && (left.root === 'BITMAP' || !hasOrder(left))) {
    return `Comparable type expected, but was '${typeText(left)}'.`;
  }
  const withText = isCharacter(left) ? right : isCharacter(right) ? left : undefined;
  if (!withText) return undefined;
  if (isNumeric(withText) && EQUALITIES.has(operator)) {
    return `implicit type conversion between ${typeRootText(left)} and ${typeRootText(right)} is not supported now`;
  }
  if (isInterval(withText)) return `comparing an interval with a text is not supported`;
  return undefined;
}

/**
 * Both sides brought to the type they are compared in. The types are comparable and not refused. `hidden`: plans do
 * not print the casts, as in `x IN (y)`.
 */
export function comparedOperands(
  operator: Comparison,
  left: RexNode,
  right: RexNode,
  hidden = false,
): [RexNode, RexNode] {
  const [a, b] = [left.type, right.type];
  if (a.root === 'NULL' || b.root === 'NULL') {
    const type = a.root === 'NULL' ? b : a;
    if (type.root === 'NULL') return [left, right];
    return [coerce(left, type, 'implicit'), coerce(right, type, 'implicit')];
  }
  const isEquality = EQUALITIES.has(operator);
  if (isCharacter(a) !== isCharacter(b)) return withText(isEquality, left, right);
  const type = isEquality || !isNumeric(a) ? leastRestrictive([a, b]) : commonType([a, b]);
  if (!type) return [left, right];
  // Texts and byte strings of any length compare as they are.
  if ((!isEquality || hidden) && (isCharacter(type) || isBinary(type))) return [left, right];
  // An order is told exactly, even of decimals that no DECIMAL holds both of.
  const cuts = (each: LogicalType): boolean =>
    type.root === 'DECIMAL' && (decimalOf(each)?.scale ?? 0) > type.scale;
  if (!isEquality && (cuts(a) || cuts(b))) return [left, right];
  const isShown = (operator === '=' || operator === '<>') && !hidden;
  const style = isShown ? 'visible' : 'implicit';
  // Among the items of rows constants stay as they are written.
  const bring = (node: RexNode): RexNode =>
    hidden && node.kind === 'literal' ? node : coerceElements(node, type, style);
  return [bring(left), bring(right)];
}

const BIGINT: LogicalType = { root: 'BIGINT', nullable: true };

function withText(isEquality: boolean, left: RexNode, right: RexNode): [RexNode, RexNode] {
  const other = isCharacter(left.type) ? right.type : left.type;
  const type = isNumeric(other) ? leastRestrictive([other, BIGINT]) : other;
  if (!type) return [left, right];
  const bring = (node: RexNode): RexNode => {
    if (!isEquality) {
      const coerced = coerce(node, type, 'visible');
      return coerced.kind === 'literal' ? { ...coerced, isComputed: true } : coerced;
    }
    // A text of a column that is none of the type equals nothing, and does not fail.
    return isCharacter(node.type) && (node.kind !== 'literal' || type.root === 'BOOLEAN')
      ? tryCastTo(node, type)
      : coerce(node, type, 'implicit');
  };
  return [bring(left), bring(right)];
}

/** Of an equality of a time and a constant text: what is wrong if the text is no such time. Flink reads it while planning. */
export function unreadableConstant(operator: Comparison, left: RexNode, right: RexNode): string | undefined {
  if (!EQUALITIES.has(operator)) return undefined;
  const [text, time] = isCharacter(left.type) ? [left, right.type] : [right, left.type];
  if (text.kind !== 'literal' || typeof text.value !== 'string' || !isCharacter(text.type)) return undefined;
  if (!isDatetime(time)) return undefined;
  try {
    valueCaster(text.type, time, 'UTC')(text.value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why the columns of two sides are no keys of a join: it does not convert a text that meets a number, a time or a BOOLEAN. */
export function refusedJoinKeys(left: LogicalType, right: LogicalType): string | undefined {
  if (isCharacter(left) === isCharacter(right)) return undefined;
  const [a, b] = [calciteTypeText(left), calciteTypeText(right)];
  return `implicit type conversion between ${a} and ${b} is not supported on join's condition now`;
}

/** Whether a value of the one type is looked up among those of the other as it is: same root, or a text that fits. */
export function isSameKind(left: LogicalType, right: LogicalType): boolean {
  if (isCharacter(left) && isCharacter(right)) return left.root === right.root || right.root === 'VARCHAR';
  return left.root === right.root && isComparable(left, right);
}

/** Whether a value is a bare NULL, or one is in it: that has no type that a column could have. */
export function hasBareNull(type: LogicalType): boolean {
  if (type.root === 'ROW') return type.fields.some((field) => hasBareNull(field.type));
  if (type.root === 'ARRAY' || type.root === 'MULTISET') return hasBareNull(type.element);
  if (type.root === 'MAP') return hasBareNull(type.key) || hasBareNull(type.value);
  return type.root === 'NULL';
}

/** Whether a value may be NULL, or a field of a row: then a comparison may be unknown. */
export function mayHoldNull(type: LogicalType): boolean {
  return type.nullable || (type.root === 'ROW' && type.fields.some((field) => mayHoldNull(field.type)));
}

/** DECIMAL(3, 2) into DECIMAL(8, 2), TIMESTAMP(0) into TIMESTAMP(3): nothing is lost. */
export function isNarrower(left: LogicalType, right: LogicalType): boolean {
  const common = leastRestrictive([left, right]);
  return common !== undefined && typesEqualSansNullability(common, right);
}

/** Whether values of a type have an order. */
export function hasOrder({ root }: LogicalType): boolean {
  return !['ARRAY', 'MAP', 'MULTISET', 'ROW', 'VARIANT'].includes(root);
}

/** Whether rows to look among have one type. Of a column that begins with a NULL, Calcite finds none for these. */
export function areRowsAlike(types: readonly LogicalType[]): boolean {
  if (types.some(({ root }) => root === 'NULL')) return false;
  const rows = types.filter((type) => type.root === 'ROW');
  const [first] = rows;
  if (!first || rows.length < types.length) return true; // each is compared, and refused there
  return first.fields.every(({ type }, i) => {
    const column = rows.map(({ fields }) => fields[i]?.type ?? type);
    const isKnown = type.root !== 'NULL' || column.every((each) => !STARTS_TYPED.has(each.root));
    return isKnown && leastRestrictive(column) !== undefined;
  });
}

const STARTS_TYPED: ReadonlySet<string> = new Set([
  'CHAR',
  'VARCHAR',
  'BINARY',
  'VARBINARY',
  'BOOLEAN',
  'INTERVAL_YEAR_MONTH',
  'INTERVAL_DAY_TIME',
]);

/** A value of `x > ANY (1, 2)`, and x: a value is of the kind that x is of, and two numbers that are written out are compared in one type. */
export function quantifiedOperands(left: RexNode, value: RexNode): [RexNode, RexNode] {
  const [to, from] = [left.type, value.type];
  if (isCharacter(to) !== isCharacter(from) && (isNumeric(to) || isNumeric(from)))
    return [
      left,
      coerce(
        value,
        isCharacter(to) ? { root: 'VARCHAR', length: MAX_LENGTH, nullable: true } : to,
        'visible',
      ),
    ];
  const type = isNumeric(to) && isNumeric(from) ? leastRestrictive([to, from]) : undefined;
  if (!type || left.kind !== 'literal' || value.kind !== 'literal') return [left, value];
  const written = (node: RexNode): RexNode => {
    const coerced = coerce(node, type, 'visible');
    return coerced.kind === 'literal' ? { ...coerced, isComputed: true } : coerced;
  };
  return [written(left), written(value)];
}
