/**
 * An expression as Flink keeps it in a catalog and shows it: `` `a` + 1 ``, ``CAST(`a` AS INTEGER)``.
 *
 * Names are quoted, built-in functions are in upper case, and what Flink's validator rewrites at once is written as
 * that: HOUR(x) is EXTRACT(HOUR FROM x), NULLIF and a simple CASE are a CASE of conditions.
 */

import { quoteName, quoteText } from '../../types/type-text.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { findFunction } from '../functions/functions.ts';
import type {
  Argument,
  Case,
  DataType,
  Expression,
  FunctionCall,
  Query,
  RowField,
  WindowSpec,
} from '../parser/ast.ts';
import { BARE_FUNCTIONS } from '../parser/keywords.ts';
import { unitsText } from '../validate/interval-literal.ts';
import { jsonCallText } from './json-call-text.ts';
import { CALCITE_FUNCTIONS } from './calcite-functions.ts';
import type { WrittenExpression } from './written-expression.ts';

/** How an expression's queries and windows are written, where it may have some. */
export interface ClausePrinters {
  readonly query: (query: Query) => string;
  readonly window: (window: WindowSpec) => string;
}

/** A clause that has no text here: never in a computed column, which the validator has seen before. */
export class UnprintableExpression extends Error {}

/** What SHOW CREATE and DESCRIBE show of an expression that a table keeps. */
export function writtenText({ sql, tree, isUnresolved }: WrittenExpression): string {
  return new ExpressionPrinter(undefined, isUnresolved ? sql : undefined).textOf(tree, 0);
}

/** In parentheses where it binds weaker than `strength`. */
export function expressionText(expression: Expression, clauses?: ClausePrinters, strength = 0): string {
  return new ExpressionPrinter(clauses).textOf(expression, strength);
}

// Calcite's binding strengths; an operand that binds weaker than asked for stands in parentheses.
const BINARY: Readonly<Record<string, number>> = {
  OR: 22,
  AND: 24,
  '=': 30,
  '<>': 30,
  '<': 30,
  '<=': 30,
  '>': 30,
  '>=': 30,
  'IS DISTINCT FROM': 30,
  'IS NOT DISTINCT FROM': 30,
  '+': 40,
  '-': 40,
  '*': 60,
  '/': 60,
  '%': 60,
  '||': 60,
};
/** Of two periods. */
const PERIOD_OPERATORS: ReadonlySet<string> = new Set([
  'OVERLAPS',
  'CONTAINS',
  'EQUALS',
  'PRECEDES',
  'SUCCEEDS',
]);
const NOT = 26;
const IS = 28;
const RANGE = 32;
const SIGN = 80;
const OVER = 20;
/** A number with its sign: what follows as a part of it, `[...]` or `.name`, would come before the sign. */
const SIGNED = 90;

class ExpressionPrinter {
  readonly #clauses: ClausePrinters | undefined;
  /** The text that spans count in, where functions are still unresolved. */
  readonly #unresolved: string | undefined;

  constructor(clauses: ClausePrinters | undefined, unresolved?: string) {
    this.#clauses = clauses;
    this.#unresolved = unresolved;
  }

  textOf(expression: Expression, strength: number): string {
    const [text, own] = this.#textAndStrength(expression);
    return own < strength ? `(${text})` : text;
  }

  #textAndStrength(node: Expression): [text: string, strength: number] {
    switch (node.kind) {
      case 'Binary': {
        const own = BINARY[node.operator] ?? RANGE;
        if (PERIOD_OPERATORS.has(node.operator))
          return [`${this.#periodText(node.left)} ${node.operator} ${this.#periodText(node.right)}`, own];
        return [`${this.textOf(node.left, own)} ${node.operator} ${this.textOf(node.right, own + 1)}`, own];
      }
      case 'Unary':
        if (node.operator === 'NOT') return [`NOT ${this.textOf(node.operand, NOT)}`, NOT];
        if (node.operator !== '-' && node.operator !== '+')
          return [`${this.textOf(node.operand, IS)} ${node.operator}`, IS];
        if (node.operand.kind === 'NumberLiteral')
          return node.operator === '-'
            ? [`-${this.textOf(node.operand, 0)}`, SIGNED]
            : [this.textOf(node.operand, 0), 100];
        // Two signs in a row would begin a comment.
        return [
          `${node.operator} ${this.textOf(node.operand, node.operand.kind === 'Unary' ? SIGN + 1 : SIGN)}`,
          SIGN,
        ];
      case 'Is':
        return [`${this.textOf(node.operand, IS)} IS ${node.negated ? 'NOT ' : ''}${node.test}`, IS];
      case 'Between': {
        const name = `${node.negated ? 'NOT ' : ''}BETWEEN ${node.symmetric ? 'SYMMETRIC' : 'ASYMMETRIC'}`;
        const low = this.textOf(node.low, hasConjunction(node.low) ? 100 : 0);
        const high = this.textOf(node.high, RANGE + 1);
        return [`${this.textOf(node.operand, RANGE + 1)} ${name} ${low} AND ${high}`, RANGE];
      }
      case 'InList':
        return [
          `${this.textOf(node.operand, RANGE + 1)} ${node.negated ? 'NOT ' : ''}IN (${this.#list(node.values)})`,
          RANGE,
        ];
      case 'InSubquery': {
        const name = `${node.negated ? 'NOT ' : ''}IN`;
        return [`${this.textOf(node.operand, RANGE + 1)} ${name} (${this.#queryText(node.query)})`, RANGE];
      }
      case 'Like': {
        const escape = node.escape ? ` ESCAPE ${this.textOf(node.escape, RANGE + 1)}` : '';
        const name = `${node.negated ? 'NOT ' : ''}${node.operator}`;
        return [
          `${this.textOf(node.operand, RANGE + 1)} ${name} ${this.textOf(node.pattern, RANGE + 1)}${escape}`,
          RANGE,
        ];
      }
      case 'ScalarSubquery':
        return [`((${this.#queryText(node.query)}))`, 0];
      case 'Quantified': {
        if ('length' in node.source) throw new UnprintableExpression();
        const source = this.#queryText(node.source);
        return [`${this.textOf(node.operand, 30)} ${node.operator} ${node.quantifier} (${source})`, 30];
      }
      case 'FunctionCall':
        return [this.#callText(node), node.over ? OVER : 100];
      default:
        return [this.#atomText(node), 100];
    }
  }

  #atomText(
    node: Exclude<
      Expression,
      {
        kind:
          | 'Binary'
          | 'Unary'
          | 'Is'
          | 'Between'
          | 'InList'
          | 'InSubquery'
          | 'Like'
          | 'ScalarSubquery'
          | 'Quantified'
          | 'FunctionCall';
      }
    >,
  ): string {
    switch (node.kind) {
      case 'ColumnPath':
        return node.parts.map((part) => quoteName(part.name)).join('.');
      case 'NumberLiteral':
        return node.text.toUpperCase().replace(/^\./, '0.').replace(/\.$/, '');
      case 'StringLiteral':
        return node.charset === undefined
          ? quoteUnicode(node.value)
          : `_${node.charset}${quoteText(node.value)}`;
      case 'BinaryLiteral':
        return `X'${node.hex.toUpperCase()}'`;
      case 'BooleanLiteral':
        return node.value === null ? 'UNKNOWN' : node.value ? 'TRUE' : 'FALSE';
      case 'NullLiteral':
        return 'NULL';
      case 'DateTimeLiteral':
        return `${node.type} '${node.text}'`;
      case 'IntervalLiteral':
        return `INTERVAL ${node.negative ? '-' : ''}'${node.text}' ${unitsText(node.qualifier)}`;
      case 'IntervalExpression':
        return `INTERVAL ${this.textOf(node.value, 100)} ${unitsText(node.qualifier)}`;
      case 'IntervalDifference':
        return `(${this.textOf(node.left, 40)} - ${this.textOf(node.right, 41)}) ${unitsText(node.qualifier)}`;
      case 'Case':
        return this.#caseText(node);
      case 'Cast':
        return `${node.isTry ? 'TRY_CAST' : 'CAST'}(${this.textOf(node.operand, 0)} AS ${dataTypeText(node.type)})`;
      case 'RowConstructor':
        return `ROW(${this.#list(node.items)})`;
      case 'ArrayConstructor':
        return `ARRAY[${this.#list(node.items)}]`;
      case 'MultisetConstructor':
        return `MULTISET[${this.#list(node.items)}]`;
      case 'MapConstructor':
        return `MAP[${this.#list(node.entries.flatMap(({ key, value }) => [key, value]))}]`;
      case 'ItemAccess':
        return `${this.textOf(node.operand, 100)}[${this.textOf(node.index, 0)}]`;
      case 'FieldAccess':
        return `${this.textOf(node.operand, 100)}.${quoteName(node.field.name)}`;
      case 'Default':
        return 'DEFAULT';
      case 'DynamicParameter':
        return '?';
      case 'Exists':
        return `${node.test} (${this.#queryText(node.query)})`;
      case 'CollectionSubquery':
      case 'RefusedExpression':
        throw new UnprintableExpression();
    }
  }

  #list(nodes: readonly Expression[]): string {
    return nodes.map((node) => this.textOf(node, 0)).join(', ');
  }

  #periodText(period: Expression): string {
    if (period.kind !== 'RowConstructor') return this.textOf(period, RANGE + 1);
    return `PERIOD (${this.#list(period.items)})`;
  }

  #caseText({ operand, branches, otherwise }: Case): string {
    const tests = branches.map(({ when, then }) => {
      const conditions = when.map((value) =>
        operand ? `${this.textOf(operand, 31)} = ${this.textOf(value, 31)}` : this.textOf(value, 0),
      );
      return `WHEN ${conditions.join(' OR ')} THEN ${this.textOf(then, 0)}`;
    });
    return `CASE ${tests.join(' ')} ELSE ${otherwise ? this.textOf(otherwise, 0) : 'NULL'} END`;
  }

  #callText(call: FunctionCall): string {
    const { args } = call;
    const { definition, name } = this.#functionName(call);
    if (call.bare || (args.length === 0 && BARE_FUNCTIONS.has(name))) return name;
    const texts = args.map((argument) => this.#argumentText(argument));
    const [first, second, third, fourth] = texts;
    if (!call.withinGroup) {
      const json = jsonCallText(name, texts, call.json, {
        expression: (expression) => this.textOf(expression, 0),
        type: dataTypeText,
      });
      if (json !== undefined) return json;
    }
    switch (name) {
      case 'EXTRACT':
        return `EXTRACT(${first} FROM ${second})`;
      case 'TRIM':
        return `TRIM(${first} ${second} FROM ${third})`;
      case 'POSITION':
        return `POSITION(${first} IN ${second}${third === undefined ? '' : ` FROM ${third}`})`;
      case 'OVERLAY':
        return `OVERLAY(${first} PLACING ${second} FROM ${third}${fourth === undefined ? '' : ` FOR ${fourth}`})`;
      case 'FLOOR':
      case 'CEIL':
        return second === undefined ? `${name}(${first})` : `${name}(${first} TO ${second})`;
      case 'NULLIF':
        if (this.#unresolved !== undefined) return `NULLIF(${first}, ${second})`;
        return `CASE WHEN ${first} = ${second} THEN NULL ELSE ${first} END`;
      default: {
        const [argument] = args;
        const expanded = this.#unresolved === undefined ? definition?.expand?.([]).operands[0] : undefined;
        if (expanded?.kind === 'literal' && argument && args.length === 1) {
          return `EXTRACT(${String(expanded.value)} FROM ${this.#argumentText(argument)})`;
        }
        return `${name}(${this.#argumentsText(call)})${this.#behindCall(call)}`;
      }
    }
  }

  /** In back-ticks where Calcite does not know it. */
  #functionName({ name: { parts } }: FunctionCall): { definition?: FunctionDefinition; name: string } {
    const path = parts.map((part) => part.name);
    const [first = ''] = path;
    const definition = path.length === 1 ? findFunction(first) : undefined;
    if (!definition) return { name: path.map(quoteName).join('.') };
    const { name } = definition;
    if (this.#unresolved === undefined) return { definition, name: resolvedName(definition, first) };
    const isQuoted = this.#unresolved[parts[0]?.span.start ?? 0] === '`';
    return {
      definition,
      name: !isQuoted && CALCITE_FUNCTIONS.has(first.toUpperCase()) ? name : quoteName(first),
    };
  }

  #argumentsText({ args, quantifier, orderBy, json, nullTreatment }: FunctionCall): string {
    if (orderBy.length > 0 || json || nullTreatment) throw new UnprintableExpression();
    const list = args.map((argument) => this.#argumentText(argument)).join(', ');
    return quantifier ? `${quantifier} ${list}` : list;
  }

  #behindCall({ withinGroup, withinDistinct, filter, over }: FunctionCall): string {
    if (withinGroup || withinDistinct) throw new UnprintableExpression();
    const where = filter ? ` FILTER (WHERE ${this.textOf(filter, 0)})` : '';
    if (!over) return where;
    if (over.kind === 'Identifier') return `${where} OVER ${quoteName(over.name)}`;
    if (!this.#clauses) throw new UnprintableExpression();
    return `${where} OVER (${this.#clauses.window(over)})`;
  }

  #queryText(query: Query): string {
    if (!this.#clauses) throw new UnprintableExpression();
    return this.#clauses.query(query);
  }

  #argumentText(argument: Argument): string {
    switch (argument.kind) {
      case 'Symbol':
        return argument.text;
      case 'Star':
        return [...argument.qualifier.map(({ name }) => quoteName(name)), '*'].join('.');
      case 'NamedArgument':
        return `${quoteName(argument.name.name)} => ${this.#argumentText(argument.value)}`;
      case 'DescriptorArgument':
        return `DESCRIPTOR(${this.#list(argument.columns)})`;
      case 'TableArgument': {
        const { table, partitionBy, orderBy } = argument;
        if (table.kind !== 'Query' || orderBy.length > 0) throw new UnprintableExpression();
        const keys = partitionBy.map((key) => this.textOf(key, 0)).join(', ');
        const list = partitionBy.length > 1 ? `(${keys})` : keys;
        return `(${this.#queryText(table)})${list === '' ? '' : ` PARTITION BY ${list}`}`;
      }
      case 'ModelArgument':
        throw new UnprintableExpression();
      default:
        return this.textOf(argument, 0);
    }
  }
}

/** A type as Calcite writes it: INT is INTEGER, the rest as it was written. */
export function dataTypeText(type: DataType): string {
  const nullability = type.nullable === false ? ' NOT NULL' : '';
  switch (type.kind) {
    case 'SimpleDataType': {
      const digits =
        type.precision === undefined
          ? ''
          : `(${type.precision}${type.scale === undefined ? '' : `, ${type.scale}`})`;
      // TIMESTAMP(3) WITH LOCAL TIME ZONE: digits stand behind the first word.
      const [name, ...zone] = (type.name === 'INT' ? 'INTEGER' : type.name).split(' ');
      const charset = type.charset ? ` CHARACTER SET ${quoteName(type.charset.name)}` : '';
      return `${[`${name}${digits}`, ...zone].join(' ')}${charset}${nullability}`;
    }
    case 'IntervalDataType':
      return `INTERVAL ${unitsText(type.qualifier)}${nullability}`;
    case 'CollectionDataType':
      if (type.isPostfix)
        return `${dataTypeText({ ...type.element, nullable: undefined })} ${type.collection}${nullability}`;
      return `${type.collection}< ${dataTypeText(type.element)} >${nullability}`;
    case 'MapDataType':
      return `MAP< ${dataTypeText(type.key)}, ${dataTypeText(type.value)} >${nullability}`;
    case 'RowDataType':
      if (type.isParenthesised) return `ROW(${type.fields.map(fieldText).join(', ')})${nullability}`;
      return `ROW< ${type.fields.map(fieldText).join(', ')} >${nullability}`;
    case 'StructuredDataType': {
      const parts = [quoteText(type.className.value), ...type.fields.map(fieldText)];
      return `STRUCTURED< ${parts.join(', ')} >${nullability}`;
    }
    case 'RawDataType':
      return `RAW(${quoteText(type.className.value)}, ${quoteText(type.serializer.value)})${nullability}`;
    case 'NamedDataType':
      return type.name.parts.map((part) => quoteName(part.name)).join('.');
  }
}

function fieldText({ name, type, comment }: RowField): string {
  const text = `${quoteName(name.name)} ${dataTypeText(type)}`;
  return comment ? `${text} ${quoteText(comment.value)}` : text;
}

/** Whether an AND would end the lower bound of a BETWEEN. */
function hasConjunction(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('operator' in node && node.operator === 'AND') return true;
  return Object.values(node).some(hasConjunction);
}

// Outside ASCII Calcite writes escapes.
function quoteUnicode(text: string): string {
  const quoted = quoteText(text);
  if (!/[^\x20-\x7e]/.test(text)) return quoted;
  const escaped = [...Array(quoted.length).keys()].map((i) => {
    const code = quoted.charCodeAt(i);
    return code > 0x7e ? `\\${code.toString(16).padStart(4, '0')}` : (quoted[i] ?? '');
  });
  return `u&${escaped.join('')}`;
}

/** A function as it stands once it is resolved: bare where Calcite knows it by that name, else as it was written or by its operator's name. */
function resolvedName({ name, operator, isBridging }: FunctionDefinition, written: string): string {
  if (isBridging && !CALCITE_FUNCTIONS.has(name)) return quoteName(written);
  const isOther = operator !== undefined && findFunction(operator)?.name !== operator;
  return isOther ? quoteName(operator) : name;
}
