/** Checks a call against the function's entry and gives its type and operands as they are computed. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqualInLayout, typesEqualSansNullability } from '../../types/type-equality.ts';
import { calciteTypeText, typeText } from '../../types/type-text.ts';
import {
  isBinary,
  isCharacter,
  isInterval,
  isNumeric,
  isTimestamp,
  withNullability,
} from '../../types/type-families.ts';
import { showsCasts } from '../functions/function-definition.ts';
import type { CallSite, Form, FunctionDefinition } from '../functions/function-definition.ts';
import { haveCommonType } from '../functions/logical-functions.ts';
import { familyAt, takesCount, takesOperands } from '../functions/operand-families.ts';
import type { Family } from '../functions/operand-families.ts';
import type { Span } from '../parser/ast.ts';
import { castTo, coerce, isNullLiteral } from './coercion.ts';
import { hasBareNull } from './comparison.ts';
import type { ConverterEnvironment } from './converter-environment.ts';
import { invalid, notSupported } from './validation-error.ts';

/** Where a call stands, for errors: the whole, and each operand. */
export interface CallPlace {
  readonly source: string;
  readonly call: { readonly span: Span };
  readonly operands: readonly { readonly span: Span }[];
  readonly noteCast?: ConverterEnvironment['noteCast'];
}

export interface CheckedCall {
  readonly operands: readonly RexNode[];
  readonly type: LogicalType;
}

// What a bare NULL is taken for where a family is asked for.
const NULL_TYPES: Partial<Record<Family, LogicalType>> = {
  CHARACTER: { root: 'VARCHAR', length: MAX_LENGTH, nullable: true },
  BINARY: { root: 'VARBINARY', length: MAX_LENGTH, nullable: true },
  BOOLEAN: { root: 'BOOLEAN', nullable: true },
  INTEGER: { root: 'INTEGER', nullable: true },
  NUMERIC: { root: 'INTEGER', nullable: true },
};

// Their operands have to meet in Flink's common type, which no list of families can say.
const MEETING = new Set(['COALESCE', 'IFNULL', 'GREATEST', 'LEAST']);
// In plans the operands of the others are not cast, though they are computed in one type.
const VISIBLE_CASTS = new Set(['COALESCE', 'IFNULL']);

/** Throws ValidationException in Flink's words if the operands do not fit. */
export function checkCall(definition: FunctionDefinition, site: CallSite, place: CallPlace): CheckedCall {
  const { forms, result, name } = definition;
  if (!forms || !result) throw notSupported(place.source, place.call, `Function ${name}`);
  checkCount(definition, forms, site.operands.length, place);
  const nullAt = site.operands.findIndex((operand) => operand.type.root === 'NULL');
  if (nullAt >= 0 && !definition.acceptsNull) {
    throw invalid(place.source, place.operands[nullAt] ?? place.call, "Illegal use of 'NULL'");
  }
  if (definition.syntax === 'function') {
    const rowAt = site.operands.findIndex(({ type }) => type.root === 'ROW' && hasBareNull(type));
    if (rowAt >= 0) throw invalid(place.source, place.operands[rowAt] ?? place.call, "Illegal use of 'NULL'");
  }
  const fits = forms.some((form) => takesOperands(form, site.operands));
  if (!fits || (MEETING.has(name) && !haveCommonType(site.operands))) {
    throw invalid(place.source, place.call, mismatchText(definition, forms, site.operands));
  }
  const mistake = definition.check?.(site);
  if (mistake !== undefined) {
    const types = site.operands.map(({ type }) => typeText(type)).join(', ');
    throw invalid(place.source, place.call, `Invalid function call:\n${name}(${types})\n${mistake}`);
  }
  const refused = definition.refuses?.(site);
  if (refused !== undefined) throw notSupported(place.source, place.call, refused);
  const casts = definition.casts?.(site) ?? [];
  const form = forms.find((each) => takesOperands(each, site.operands));
  const operands = site.operands.map((operand, i) => {
    const family = form && familyAt(form, i);
    const nullType = operand.type.root === 'NULL' && family ? nullTypeOf(definition, family) : undefined;
    const type = casts[i] ?? nullType;
    if (!type) return operand;
    const written = place.operands[i];
    if (written && isCast(name, operand.type, type)) place.noteCast?.(written, type);
    const isShown = VISIBLE_CASTS.has(name)
      ? !isCharacter(type)
      : showsCasts(definition) && !differInLengthsAlone(operand.type, type);
    // A NULL of another type keeps that in plans.
    if (!isShown && isNullLiteral(operand) && operand.type.root !== type.root && operand.type.root !== 'NULL')
      return castTo(operand, withNullability(type, true), 'implicit');
    return coerce(
      operand,
      isShown ? withOwnElements(type, operand.type) : type,
      isShown ? 'visible' : 'implicit',
    );
  });
  return { operands, type: result(site) };
}

/** A bare NULL for a text is shorter than any, where Flink's own functions infer it. */
function nullTypeOf({ isBridging }: FunctionDefinition, family: Family): LogicalType | undefined {
  const type = NULL_TYPES[family];
  return type?.root === 'VARCHAR' && isBridging ? { ...type, length: 1 } : type;
}

/** Whether texts, or those in collections, have other lengths, and nothing else has another type. */
function differInLengthsAlone(from: LogicalType, to: LogicalType): boolean {
  return typesEqualInLayout(withoutLengths(from), withoutLengths(to));
}

/** An array that is cast has elements that are NOT NULL if its own are. */
function withOwnElements(type: LogicalType, from: LogicalType): LogicalType {
  if (type.root !== 'ARRAY' || from.root !== 'ARRAY') return type;
  return { ...type, element: withNullability(type.element, from.element.nullable) };
}

function withoutLengths(type: LogicalType): LogicalType {
  if (isCharacter(type)) return { root: 'VARCHAR', length: MAX_LENGTH, nullable: true };
  if (type.root === 'ARRAY' || type.root === 'MULTISET')
    return { ...type, element: withoutLengths(type.element) };
  if (type.root === 'MAP')
    return { ...type, key: withoutLengths(type.key), value: withoutLengths(type.value) };
  return withNullability(type, true);
}

/** Whether the text of a view has a cast. */
function isCast(name: string, from: LogicalType, to: LogicalType): boolean {
  if (!VISIBLE_CASTS.has(name) && name !== 'PERCENTILE') return false;
  return from.root !== 'NULL' && !isCharacter(to) && !typesEqualSansNullability(from, to);
}

function checkCount(
  { name }: FunctionDefinition,
  forms: readonly Form[],
  count: number,
  place: CallPlace,
): void {
  if (forms.some((form) => takesCount(form, count))) return;
  const expected = [...new Set(forms.map((form) => form.families.length))].sort((a, b) => a - b);
  throw invalid(
    place.source,
    place.call,
    `Invalid number of arguments to function '${name}'. Was expecting ${expected.join(' or ')} arguments`,
  );
}

function mismatchText(
  definition: FunctionDefinition,
  forms: readonly Form[],
  operands: readonly RexNode[],
): string {
  const given = callText(definition, operands.map(operandText));
  const supported = forms.map((form) => `'${callText(definition, form.families)}'`).join('\n');
  return `Cannot apply '${definition.name.trim()}' to arguments of type '${given}'. Supported form(s): ${supported}`;
}

function operandText(operand: RexNode): string {
  if (operand.kind === 'literal' && operand.type.root === 'SYMBOL')
    return `INTERVAL ${String(operand.value)}`;
  return calciteTypeText(operand.type);
}

function callText({ name, syntax }: FunctionDefinition, operands: readonly string[]): string {
  const [first = '', second = ''] = operands;
  if (name === 'EXTRACT') return `EXTRACT(<${first}> FROM <${second}>)`;
  if (syntax === 'binary') return `<${first}> ${name} <${second}>`;
  if (syntax === 'prefix') return `${name.trim()}<${first}>`;
  if (syntax === 'postfix') return `<${first}> ${name}`;
  return `${name}(${operands.map((operand) => `<${operand}>`).join(', ')})`;
}

/** Operands by family, as an unknown function's signature is printed: `UPER(<CHARACTER>)`. */
export function signatureText(name: string, operands: readonly RexNode[]): string {
  return `${name}(${operands.map(({ type }) => `<${familyText(type)}>`).join(', ')})`;
}

function familyText(type: LogicalType): string {
  if (isNumeric(type)) return 'NUMERIC';
  if (isCharacter(type)) return 'CHARACTER';
  if (isBinary(type)) return 'BINARY';
  if (isTimestamp(type)) return 'TIMESTAMP';
  if (isInterval(type)) return type.root;
  return type.root === 'ROW' ? calciteTypeText(type) : type.root;
}
