/** CASE, CAST, and values made of others: rows, arrays, maps, their parts, computed intervals. */

import { exactNumber, fixedPoint } from '../../expressions/exact-number.ts';
import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { refusedCastAdvice, supportsExplicitCast, supportsImplicitCast } from '../../types/cast-rules.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import type { IntervalType, LogicalType, RowField, RowType } from '../../types/logical-type.ts';
import { typesEqual, typesEqualInLayout, typesEqualSansNullability } from '../../types/type-equality.ts';
import {
  isBinary,
  isCharacter,
  isDatetime,
  isExactNumeric,
  isInteger,
  isInterval,
  isNumeric,
  isTimeAttribute,
  withNullability,
  withoutAttribute,
} from '../../types/type-families.ts';
import { calciteTypeText, typeText } from '../../types/type-text.ts';
import { intervalOfUnit } from '../functions/temporal-functions.ts';
import type {
  ArrayConstructor,
  Case,
  Cast,
  Expression,
  IntervalDifference,
  IntervalExpression,
  ItemAccess,
  MapConstructor,
  RowConstructor,
  Span,
} from '../parser/ast.ts';
import { castTo, coerce, coerceElements, isNullLiteral, nullOf } from './coercion.ts';
import { fieldOf, indexOfField } from './column-converter.ts';
import { hasBareNull, isSameKind } from './comparison.ts';
import type { Clause, ConversionContext } from './conversion-context.ts';
import type { ConverterEnvironment } from './converter-environment.ts';
import type { ExpressionConverter } from './expression-converter.ts';
import { refuseWideInterval } from './interval-literal.ts';
import { literalOf } from './literals.ts';
import { Mistakes, convertEach } from './mistakes.ts';
import { combine } from './rex.ts';
import { intervalType, typeOfAst } from './type-of-ast.ts';
import { invalid, notSupported, spanOver } from './validation-error.ts';

const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable: true };
const BIGINT: LogicalType = { root: 'BIGINT', nullable: true };
const INTEGER: LogicalType = { root: 'INTEGER', nullable: true };
const NULL: LogicalType = { root: 'NULL', nullable: true };

export class ConstructionConverter {
  readonly #source: string;
  readonly #clause: Clause;
  readonly #expressions: ExpressionConverter;
  readonly #noteCast: ConverterEnvironment['noteCast'];
  #isInferred: boolean;

  constructor(
    { source, clause }: Pick<ConversionContext, 'source' | 'clause'>,
    expressions: ExpressionConverter,
    { noteCast }: Pick<ConverterEnvironment, 'noteCast'>,
  ) {
    this.#source = source;
    this.#clause = clause;
    this.#expressions = expressions;
    this.#noteCast = noteCast;
    this.#isInferred = clause !== 'COMPUTED COLUMN';
  }

  /** What is converted within has bare NULLs without the type that stands beside them: operands of Flink's own functions. */
  withoutInference<T>(convert: () => T): T {
    const before = this.#isInferred;
    this.#isInferred = false;
    try {
      return convert();
    } finally {
      this.#isInferred = before;
    }
  }

  caseWhen(expression: Case): RexNode {
    const operand = expression.operand && this.#expressions.convertOrNull(expression.operand);
    const mistakes = new Mistakes();
    const conditions: RexNode[] = [];
    const values: RexNode[] = [];
    for (const { when, then } of expression.branches) {
      mistakes.attempt(() => conditions.push(combine('OR', this.#tests(when, operand, expression))));
      mistakes.attempt(() => values.push(this.#expressions.convertOrNull(then)));
    }
    const { otherwise } = expression;
    mistakes.attempt(() =>
      values.push(otherwise ? this.#expressions.convertOrNull(otherwise) : nullOf(NULL)),
    );
    mistakes.throwAny();
    return this.#caseOf(conditions, values, expression);
  }

  /** What stands behind one WHEN, as conditions. */
  #tests(when: readonly Expression[], operand: RexNode | undefined, expression: Case): RexNode[] {
    return convertEach(when, (test) => {
      const node = this.#expressions.convertOrNull(test);
      if (operand)
        return this.#expressions.compare('=', operand, node, spanOver(expression.operand ?? test, test));
      if (node.type.root === 'NULL') return nullOf(BOOLEAN);
      if (node.type.root !== 'BOOLEAN') throw this.#invalid(expression, 'Expected a boolean type');
      return node;
    });
  }

  /** CASE of converted conditions and values, the last value being that of ELSE. */
  #caseOf(conditions: readonly RexNode[], values: readonly RexNode[], at: Expression): RexNode {
    const types = values.map((value) => value.type);
    if (types.every((type) => type.root === 'NULL')) {
      throw this.#invalid(at, 'ELSE clause or at least one THEN clause must be non-NULL');
    }
    const type = leastRestrictive(types) ?? timeWithMissingNumber(values);
    if (!type) throw this.#invalid(at, 'Illegal mixing of types in CASE or COALESCE statement');
    const operands = conditions.flatMap((condition, i) => [condition, inCase(values[i] as RexNode, type)]);
    operands.push(inCase(values.at(-1) as RexNode, type));
    return { kind: 'call', operator: 'CASE', operands, type };
  }

  /** `NULLIF(a, b)` is `CASE WHEN a = b THEN NULL ELSE a END`. */
  nullIf(value: Expression, other: Expression, at: Expression): RexNode {
    const [left, right] = this.#convertEach([value, other]) as [RexNode, RexNode];
    const isEqual = this.#expressions.compare('=', left, right, at);
    return this.#caseOf([isEqual], [nullOf(NULL), left], at);
  }

  cast(cast: Cast): RexNode {
    const operand = this.#expressions.convertOrNull(cast.operand);
    const target = typeOfAst(cast.type, this.#source);
    if (operand.type.root === 'NULL') return nullOf(target);
    if (hasBareNull(operand.type)) throw this.#invalid(cast, 'Illegal type: NULL');
    const advice = refusedCastAdvice(operand.type, target);
    if (advice !== undefined) throw this.#invalid(cast, advice);
    if (!supportsExplicitCast(operand.type, target)) {
      const [from, to] = [calciteTypeText(operand.type), calciteTypeText(target)];
      throw this.#invalid(cast, `Cast function cannot convert value of type ${from} to type ${to}`);
    }
    if (isExactNumeric(operand.type) && isInterval(target)) return this.#units(operand, target, cast);
    if (cast.isTry) {
      return { kind: 'call', operator: 'TRY_CAST', operands: [operand], type: withNullability(target, true) };
    }
    const type = withNullability(target, operand.type.nullable);
    if (operand.type.root === 'BITMAP' && isBinary(type) && !type.nullable) {
      throw this.#invalid(cast, `Unsupported cast from '${typeText(operand.type)}' to '${typeText(type)}'.`);
    }
    if (isBooleanAsNumber(operand.type, type)) return numberOfBoolean(operand, type);
    if (isBooleanAsNumber(type, operand.type))
      return { kind: 'call', operator: '<>', operands: [operand, numberLiteral(0, operand.type)], type };
    const isSame = typesEqualSansNullability(operand.type, type) && !isTimeAttribute(operand.type);
    if (isSame && operand.kind === 'literal' && isInterval(type)) return { ...operand, type };
    // The syntax tree shows conditions of WHERE as they are written, all others without casts that change nothing.
    const isLeftOut = isSame && (this.#clause !== 'WHERE' || operand.kind === 'literal');
    return isLeftOut ? operand : castTo(operand, type, 'visible');
  }

  // A number counts units: `CAST(5 AS INTERVAL DAY)` is five days. With a fraction it has to be written out.
  #units(count: RexNode, target: IntervalType, cast: Cast): RexNode {
    const type = withNullability(target, count.type.nullable);
    const one = intervalOfUnit(target.units.replace(/\(.*?\)/g, ''));
    if (!one) {
      const [from, to] = [calciteTypeText(count.type), calciteTypeText(target)];
      throw this.#invalid(cast, `Cast function cannot convert value of type ${from} to type ${to}`);
    }
    if (count.kind === 'literal') return { ...one, ...intervalOf(one, count), type };
    if (count.type.root === 'DECIMAL') {
      throw this.#invalid(cast, `Unsupported cast from '${typeText(count.type)}' to '${typeText(type)}'.`);
    }
    return { kind: 'call', operator: cast.isTry ? 'TRY_CAST' : 'CAST', operands: [count], type };
  }

  interval({ value, qualifier, span }: IntervalExpression): RexNode {
    const amount = this.#expressions.convert(value);
    const type = intervalType(qualifier, amount.type.nullable);
    if (!isInteger(amount.type))
      throw this.#notSupported({ span }, 'An INTERVAL with an amount that is no whole number');
    const one = literalOf(
      {
        kind: 'IntervalLiteral',
        negative: false,
        text: '1',
        qualifier: { ...qualifier, to: undefined },
        span,
      },
      this.#source,
    );
    if (qualifier.to !== undefined) throw this.#notSupported({ span }, 'A computed INTERVAL of two units');
    const factor = coerce(amount, type.root === 'INTERVAL_YEAR_MONTH' ? INTEGER : BIGINT, 'implicit');
    return { kind: 'call', operator: '*', operands: [factor, one], type };
  }

  /** `(a - b) DAY TO SECOND`. */
  intervalDifference({ left, right, qualifier, span }: IntervalDifference): RexNode {
    const [a, b] = [this.#expressions.convert(left), this.#expressions.convert(right)];
    refuseWideInterval(qualifier, { span }, this.#source);
    const type = intervalType(qualifier, a.type.nullable || b.type.nullable);
    if (!isDatetime(a.type) || !isDatetime(b.type)) {
      const given = [a.type, b.type, type].map((each) => `<${calciteTypeText(each)}>`).join(', ');
      throw this.#invalid(
        { span },
        `Cannot apply '-' to arguments of type '-(${given})'. Supported form(s): '-(<DATETIME>, <DATETIME>, <DATETIME_INTERVAL>)'`,
      );
    }
    const common = a.type.root === b.type.root ? leastRestrictive([a.type, b.type]) : undefined;
    if (!common) throw this.#invalid({ span }, 'Parameters must be of the same type');
    const operands = [coerce(a, common, 'implicit'), coerce(b, common, 'implicit')];
    return { kind: 'call', operator: '-', operands, type };
  }

  row({ items }: RowConstructor): RexNode {
    // A bare NULL may be compared, or asked whether it is one; `convert` refuses it as a part of a value.
    const operands = this.#convertEach(items);
    const fields = operands.map((operand, i): RowField => ({
      name: `EXPR$${i}`,
      type: withoutAttribute(operand.type),
    }));
    return { kind: 'call', operator: 'ROW', operands, type: { root: 'ROW', fields, nullable: false } };
  }

  array(array: ArrayConstructor): RexNode {
    if (array.items.length === 0) throw this.#invalid(array, 'Require at least 1 argument');
    const items = this.#convertEach(array.items);
    const { operands, type } = this.#alike(items, array, array.items);
    return {
      kind: 'call',
      operator: 'ARRAY',
      operands,
      type: { root: 'ARRAY', element: type, nullable: false },
    };
  }

  map(map: MapConstructor): RexNode {
    if (map.lastKey) throw this.#invalid(map, 'Map requires an even number of arguments');
    if (map.entries.length === 0) throw this.#invalid(map, 'Map requires at least 2 arguments');
    const written = map.entries.flatMap(({ key, value }) => [key, value]);
    const nodes = this.#convertEach(written);
    // A bare NULL is of the type of the first operand, which is a key.
    const first = (nodes[0] as RexNode).type;
    const typed = nodes.map((node) => (node.type.root === 'NULL' && this.#isInferred ? nullOf(first) : node));
    const keys = this.#alike(
      typed.filter((_, i) => i % 2 === 0),
      map,
      written.filter((_, i) => i % 2 === 0),
    );
    const values = this.#alike(
      typed.filter((_, i) => i % 2 === 1),
      map,
      written.filter((_, i) => i % 2 === 1),
    );
    const operands = keys.operands.flatMap((key, i) => [key, values.operands[i] as RexNode]);
    return {
      kind: 'call',
      operator: 'MAP',
      operands,
      type: { root: 'MAP', key: keys.type, value: values.type, nullable: false },
    };
  }

  // Elements brought to one type.
  #alike(
    nodes: readonly RexNode[],
    at: Expression,
    written: readonly Expression[],
  ): { operands: RexNode[]; type: LogicalType } {
    const type = leastRestrictive(nodes.map((node) => node.type));
    if (!type || type.root === 'NULL') throw this.#invalid(at, 'Parameters must be of the same type');
    if (hasBareNull(type) && this.#clause !== 'COMPUTED COLUMN')
      throw this.#invalid(at, "Illegal use of 'NULL'");
    const alike = (node: RexNode): RexNode =>
      node.kind === 'literal' ? coerce(node, type, 'implicit') : coerceElements(node, type);
    for (const [i, node] of nodes.entries()) {
      const expression = written[i];
      const isCast = !isNullLiteral(node) || this.#clause === 'COMPUTED COLUMN';
      if (expression && isCast && !typesEqual(withoutAttribute(node.type), type))
        this.#noteCast?.(expression, type);
    }
    return { operands: nodes.map(alike), type };
  }

  item(access: ItemAccess): RexNode {
    const [operand, index] = convertEach([access.operand, access.index], (each) =>
      this.#expressions.convert(each),
    ) as [RexNode, RexNode];
    const { type } = operand;
    if (type.root === 'ARRAY' && isInteger(index.type)) {
      if (index.type.root !== 'INTEGER')
        throw this.#invalid(access.index, 'Integer expression type expected.');
      if (index.kind === 'literal' && index.value !== null && Number(index.value) < 1) {
        const message = `Array element access needs an index starting at 1 but was ${String(index.value)}.`;
        throw this.#invalid(access.index, message);
      }
      const position = coerce(index, INTEGER, 'implicit');
      return {
        kind: 'call',
        operator: 'ITEM',
        operands: [operand, position],
        type: withNullability(type.element, true),
      };
    }
    const isNumber = type.root === 'MAP' && isNumeric(type.key) && isNumeric(index.type);
    if (type.root === 'MAP' && (isNumber || isSameKind(index.type, type.key))) {
      const key = supportsImplicitCast(index.type, type.key) ? coerce(index, type.key, 'implicit') : index;
      return {
        kind: 'call',
        operator: 'ITEM',
        operands: [operand, key],
        type: withNullability(type.value, true),
      };
    }
    if (type.root === 'ROW' && index.kind === 'literal')
      return this.#rowItem(operand, type, index.value, access);
    if (type.root === 'VARIANT' && (isInteger(index.type) || isCharacter(index.type))) {
      return {
        kind: 'call',
        operator: 'ITEM',
        operands: [operand, index],
        type: { root: 'VARIANT', nullable: true },
      };
    }
    throw this.#invalid(
      access,
      `Cannot apply 'ITEM' to arguments of type 'ITEM(<${calciteTypeText(type)}>, <${calciteTypeText(index.type)}>)'. ` +
        'Supported form(s): <ARRAY>[<INTEGER>]\n<MAP>[<ANY>]\n<ROW>[<CHARACTER>|<INTEGER>]\n<VARIANT>[<CHARACTER>|<INTEGER>]',
    );
  }

  #rowItem(
    operand: RexNode,
    type: RowType,
    key: string | number | boolean | null,
    access: ItemAccess,
  ): RexNode {
    const index = typeof key === 'string' ? indexOfField(type, key) : Number(key) - 1;
    if (!type.fields[index]) {
      throw this.#invalid(
        access,
        `Cannot infer type of field '${String(key)}' within ROW type: ${calciteTypeText(type)}`,
      );
    }
    return fieldOf(operand, index);
  }

  #convertEach(expressions: readonly Expression[]): RexNode[] {
    return convertEach(expressions, (each) => this.#expressions.convertOrNull(each));
  }

  #invalid(at: { readonly span: Span }, message: string) {
    return invalid(this.#source, at, message);
  }

  #notSupported(at: { readonly span: Span }, what: string) {
    return notSupported(this.#source, at, what);
  }
}

/** A value in the type of its CASE; where elements or fields are cast to be nullable, so is the value. */
function inCase(value: RexNode, type: LogicalType): RexNode {
  const coerced = coerceElements(value, type);
  const isOfElements = coerced !== value && typesEqualInLayout(value.type, type) && !isInterval(type);
  return isOfElements ? castTo(value, type, 'visible') : coerced;
}

/** A time meets a NULL whole number or interval, as if it were to be added. */
function timeWithMissingNumber(values: readonly RexNode[]): LogicalType | undefined {
  if (values.length !== 2) return undefined;
  const time = values.find(({ type }) => isDatetime(type));
  const other = values.find((value) => value !== time);
  if (!time || !other || !isNullLiteral(other)) return undefined;
  if (!isInteger(other.type) && !isInterval(other.type)) return undefined;
  return withNullability(withoutAttribute(time.type), true);
}

function isBooleanAsNumber(from: LogicalType, to: LogicalType): boolean {
  return from.root === 'BOOLEAN' && isExactNumeric(to);
}

/** 1 for TRUE and 0 for FALSE. */
function numberOfBoolean(operand: RexNode, type: LogicalType): RexNode {
  const values = [numberLiteral(1, type), numberLiteral(0, type)];
  const own = withNullability(type, false);
  const number: RexNode = { kind: 'call', operator: 'CASE', operands: [operand, ...values], type: own };
  if (!operand.type.nullable) return number;
  const isThere: RexNode = {
    kind: 'call',
    operator: 'IS NOT NULL',
    operands: [operand],
    type: withNullability(BOOLEAN, false),
  };
  return { kind: 'call', operator: 'CASE', operands: [isThere, number, nullOf(type)], type };
}

function numberLiteral(value: number, type: LogicalType): RexNode {
  const literal: RexNode = { kind: 'literal', value, type: withNullability(INTEGER, false) };
  return coerce(literal, withNullability(type, false), 'visible');
}

/** A count of one unit, cut to whole months or milliseconds. Plans print every digit of the product. */
function intervalOf({ value, type }: RexLiteral, count: RexLiteral): Pick<RexLiteral, 'value' | 'digits'> {
  const { unscaled, scale } = exactNumber(count);
  const product = BigInt(String(value)) * unscaled;
  const total = product / 10n ** BigInt(scale);
  const digits = scale === 0 ? {} : { digits: fixedPoint(product, scale) };
  return { value: type.root === 'INTERVAL_YEAR_MONTH' ? Number(total) : String(total), ...digits };
}
