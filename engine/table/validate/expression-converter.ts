/**
 * From an expression as written to a typed row expression: names resolved, functions chosen, Flink's implicit casts
 * made CAST nodes, nullability and precision inferred.
 *
 * The shapes are those that Flink's plans print: BETWEEN is two comparisons, IN with constants is a call IN (else an
 * OR), NULLIF and a simple CASE are a CASE of conditions, HOUR(x) is EXTRACT(HOUR, x).
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import { supportsExplicitCast } from '../../types/cast-rules.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isCharacter, withNullability } from '../../types/type-families.ts';
import type { CharacterType } from '../../types/type-families.ts';
import { calciteTypeText, typeText } from '../../types/type-text.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { findFunction } from '../functions/functions.ts';
import type {
  Argument,
  Between,
  Binary,
  Expression,
  FunctionCall,
  InList,
  Quantified,
  Is,
  Like,
  Span,
  Star,
  Unary,
} from '../parser/ast.ts';
import { CallConverter } from './call-converter.ts';
import { coerce, coerceElements, isNullLiteral, nullOf } from './coercion.ts';
import { ColumnConverter } from './column-converter.ts';
import type { ExpandedColumn } from './column-converter.ts';
import {
  areRowsAlike,
  comparedOperands,
  hasBareNull,
  hasOrder,
  isComparable,
  isNarrower,
  isSameKind,
  mayHoldNull,
  quantifiedOperands,
  refusedComparison,
  unreadableConstant,
} from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { ConstructionConverter } from './construction-converter.ts';
import type { ConversionContext, SubqueryExpression } from './conversion-context.ts';
import type { ConverterEnvironment } from './converter-environment.ts';
import { checkCall } from './function-call.ts';
import { dateTimeNode, literalOf, numberLiteral } from './literals.ts';
import { overlaps } from './overlaps.ts';
import { convertEach } from './mistakes.ts';
import { combine } from './rex.ts';
import { invalid, notSupported } from './validation-error.ts';

const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable: true };
const COMPARISONS: ReadonlySet<string> = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
]);

/** One a clause; cheap to make. All methods throw ValidationException with the place of the mistake. */
export class ExpressionConverter {
  readonly #environment: ConverterEnvironment;
  readonly #context: ConversionContext;
  readonly #calls: CallConverter;
  readonly #columns: ColumnConverter;
  readonly #construction: ConstructionConverter;
  readonly #checked = new WeakSet<RexNode>();

  constructor(environment: ConverterEnvironment, context: ConversionContext) {
    this.#environment = environment;
    this.#context = context;
    this.#calls = new CallConverter(environment, context, this);
    this.#columns = new ColumnConverter(context, this);
    this.#construction = new ConstructionConverter(context, this, environment);
  }

  /** A value. A bare NULL is refused, as it has no type. */
  convert(expression: Expression): RexNode {
    const node = this.convertOrNull(expression);
    if (hasBareNull(node.type)) throw this.#invalid(expression, "Illegal use of 'NULL'");
    return node;
  }

  /** WHERE, HAVING, ON, FILTER: a BOOLEAN, or "WHERE clause must be a condition". */
  convertCondition(expression: Expression): RexNode {
    const node = this.convertOrNull(expression);
    if (node.type.root === 'NULL') return nullOf(BOOLEAN);
    if (node.type.root !== 'BOOLEAN') {
      throw this.#invalid(expression, `${this.#context.clause} clause must be a condition`);
    }
    return node;
  }

  /** A value, or a literal of type NULL where NULL stands alone: for whoever knows what to make of it. */
  convertOrNull(expression: Expression): RexNode {
    return this.#context.replace?.(expression) ?? this.#computable(this.#convert(expression), expression);
  }

  /** `*` and `t.*`, `t.row.*`, in order. */
  expandStar(star: Star): ExpandedColumn[] {
    return this.#columns.expandStar(star);
  }

  /** An argument of a call: a value, or a word of special syntax as a literal of type SYMBOL. */
  convertArgument(argument: Argument): RexNode {
    return this.#calls.argument(argument);
  }

  /** `NULLIF(a, b)` is `CASE WHEN a = b THEN NULL ELSE a END`. */
  nullIf(value: Expression, other: Expression, at: FunctionCall): RexNode {
    return this.#construction.nullIf(value, other, at);
  }

  /** As `convertOrNull`, for operands of Flink's own functions: a NULL in a MAP is of the type of its column alone. */
  convertWithoutInference(expression: Expression): RexNode {
    return this.#construction.withoutInference(() => this.convertOrNull(expression));
  }

  /** A converter for the same session in another context. */
  within(context: ConversionContext): ExpressionConverter {
    return new ExpressionConverter(this.#environment, context);
  }

  /**
   * `left operator right` for converted operands; `at` is the place for errors. For the planner's USING and IN, too.
   * `hidden`: plans do not print the casts.
   */
  compare(
    operator: Comparison,
    left: RexNode,
    right: RexNode,
    at: { readonly span: Span },
    hidden = false,
  ): RexNode {
    const definition = findFunction(operator) as FunctionDefinition;
    if (!isComparable(left.type, right.type)) {
      const given = `<${calciteTypeText(left.type)}> ${operator} <${calciteTypeText(right.type)}>`;
      throw this.#invalid(
        at,
        `Cannot apply '${operator}' to arguments of type '${given}'. Supported form(s): '<COMPARABLE_TYPE> ${operator} <COMPARABLE_TYPE>'`,
      );
    }
    const isWithNull = isNullLiteral(left) || isNullLiteral(right);
    const refusal = isWithNull
      ? undefined
      : (refusedComparison(operator, left.type, right.type) ?? unreadableConstant(operator, left, right));
    if (refusal !== undefined) throw this.#invalid(at, refusal);
    const operands = comparedOperands(operator, left, right, hidden);
    const isDistinct = operator.startsWith('IS ');
    if (operands[0].type.root === 'NULL') {
      const value = isDistinct ? operator === 'IS NOT DISTINCT FROM' : null;
      return { kind: 'literal', value, type: withNullability(BOOLEAN, !isDistinct) };
    }
    // What has no order may stand beside a NULL.
    if (isWithNull && /^[<>]=?$/.test(operator) && !hasOrder(operands[0].type)) return nullOf(BOOLEAN);
    const nullable = !isDistinct && operands.some((operand) => mayHoldNull(operand.type));
    return { kind: 'call', operator: definition.name, operands, type: withNullability(BOOLEAN, nullable) };
  }

  // Refuses what no kernel computes, at the innermost expression that asks for it.
  #computable(node: RexNode, at: Expression): RexNode {
    if (
      !this.#environment.hasRuntime ||
      node.kind === 'literal' ||
      node.kind === 'input' ||
      this.#checked.has(node)
    )
      return node;
    this.#checked.add(node);
    if (node.kind === 'field') this.#computable(node.node, at);
    if (node.kind !== 'call') return node;
    for (const operand of node.operands) this.#computable(operand, at);
    // What begins with `$` the planner makes joins of.
    if (node.userFunction !== undefined || node.operator.startsWith('$')) return node;
    const types = node.operands.map((operand) => operand.type);
    if (!this.#environment.hasRuntime?.(node.operator, types, node.type)) {
      throw this.#notSupported(at, callDescription(node.operator, types, node.type));
    }
    return node;
  }

  #convert(expression: Expression): RexNode {
    switch (expression.kind) {
      case 'ColumnPath':
        return this.#columns.convert(expression);
      case 'NumberLiteral':
      case 'StringLiteral':
      case 'BinaryLiteral':
      case 'BooleanLiteral':
      case 'NullLiteral':
      case 'IntervalLiteral':
        return literalOf(expression, this.#context.source);
      case 'DateTimeLiteral':
        return dateTimeNode(expression, this.#context.source);
      case 'IntervalExpression':
        return this.#construction.interval(expression);
      case 'IntervalDifference':
        return this.#construction.intervalDifference(expression);
      case 'Unary':
        return this.#unary(expression);
      case 'Binary':
        return this.#binary(expression);
      case 'Is':
        return this.#is(expression);
      case 'Between':
        return this.#between(expression);
      case 'InList':
        return this.#inList(expression);
      case 'Like':
        return this.#like(expression);
      case 'Case':
        return this.#construction.caseWhen(expression);
      case 'Cast':
        return this.#construction.cast(expression);
      case 'FunctionCall':
        return this.#calls.convert(expression);
      case 'RowConstructor':
        return this.#construction.row(expression);
      case 'ArrayConstructor':
        return this.#construction.array(expression);
      case 'MapConstructor':
        return this.#construction.map(expression);
      case 'ItemAccess':
        return this.#construction.item(expression);
      case 'FieldAccess':
        return this.#columns.fieldAccess(expression);
      case 'InSubquery':
      case 'Quantified':
      case 'ScalarSubquery':
      case 'Exists':
      case 'CollectionSubquery':
        return this.#subquery(expression);
      case 'MultisetConstructor':
        throw this.#notSupported(expression, 'The constructor MULTISET[...]');
      case 'DynamicParameter':
        throw this.#notSupported(expression, "A dynamic parameter '?'");
      case 'RefusedExpression':
        throw this.#notSupported(expression, expression.what);
      case 'Default':
        throw this.#invalid(
          expression,
          'DEFAULT stands for a value to insert or an argument, not inside an expression',
        );
    }
  }

  // -------------------------------------------------------------------------------------------- operators

  #unary(unary: Unary): RexNode {
    const { operator, operand } = unary;
    switch (operator) {
      case '-':
        return this.#signedNumber(unary) ?? this.#operator('- ', [operand], unary);
      case '+':
        return this.#operator('+ ', [operand], unary);
      case 'NOT':
        return this.#operator('NOT', [operand], unary);
      default:
        throw this.#notSupported(unary, operator);
    }
  }

  // The signs before a number are its own, however many there are.
  #signedNumber(unary: Unary): RexNode | undefined {
    let isNegative = false;
    let operand: Expression = unary;
    for (; operand.kind === 'Unary' && operand.operator === '-'; operand = operand.operand)
      isNegative = !isNegative;
    if (operand.kind !== 'NumberLiteral') return undefined;
    return numberLiteral(operand, isNegative, this.#context.source);
  }

  #binary(binary: Binary): RexNode {
    const { operator, left, right } = binary;
    if (COMPARISONS.has(operator)) return this.#comparison(binary);
    if (operator === 'OVERLAPS') {
      return overlaps(rowItems(this.convert(left)), rowItems(this.convert(right)), binary, {
        source: this.#context.source,
        compare: (sign, a, b) => this.compare(sign, a, b, binary),
      });
    }
    if (!findFunction(operator)) throw this.#notSupported(binary, `Operator ${operator}`);
    return this.#operator(operator, [left, right], binary);
  }

  #comparison({ operator, left, right, span }: Binary): RexNode {
    const [a, b] = this.#convertEach([left, right]) as [RexNode, RexNode];
    return this.#compareRows(operator as Comparison, a, b, { span });
  }

  // `(a, b) = (c, d)` is `a = c AND b = d`.
  #compareRows(
    operator: Comparison,
    left: RexNode,
    right: RexNode,
    at: { readonly span: Span },
    hidden = false,
  ): RexNode {
    const [a, b] = [rowItems(left), rowItems(right)];
    if (!a || !b || (operator !== '=' && operator !== '<>'))
      return this.compare(operator, left, right, at, hidden);
    if (a.length !== b.length) throw this.#invalid(at, 'Rows of unequal length cannot be compared');
    const parts = a.map((item, i) => this.#compareRows(operator, item, b[i] as RexNode, at, true));
    const type = operator === '<>' ? leastRestrictive([left.type, right.type]) : undefined;
    if (!type) return combine(operator === '=' ? 'AND' : 'OR', parts);
    const operands = [coerceElements(left, type), coerceElements(right, type)];
    const isNullable = parts.some((part) => part.type.nullable);
    return { kind: 'call', operator, operands, type: withNullability(BOOLEAN, isNullable) };
  }

  #is(is: Is): RexNode {
    const operand = this.convertOrNull(is.operand);
    const test = is.test === 'JSON' ? 'JSON VALUE' : is.test;
    const definition = findFunction(`IS ${is.negated ? 'NOT ' : ''}${test}`);
    if (!definition) throw this.#notSupported(is, `IS ${is.negated ? 'NOT ' : ''}${is.test}`);
    if (test.startsWith('JSON')) return this.#apply(definition, [operand], is, [is.operand]);
    const typed = operand.type.root === 'NULL' ? nullOf(BOOLEAN) : operand;
    return this.#apply(definition, [typed], is, [is.operand]);
  }

  #between(between: Between): RexNode {
    const { negated, symmetric } = between;
    const operands = this.#convertEach([between.operand, between.low, between.high]);
    const [value, low, high] = operands as [RexNode, RexNode, RexNode];
    if (!isComparable(value.type, low.type) || !isComparable(value.type, high.type)) {
      const name = `BETWEEN ${symmetric ? 'SYMMETRIC' : 'ASYMMETRIC'}`;
      const given = `<${calciteTypeText(value.type)}> ${name} <${calciteTypeText(low.type)}> AND <${calciteTypeText(high.type)}>`;
      const supported = `<COMPARABLE_TYPE> BETWEEN <COMPARABLE_TYPE> AND <COMPARABLE_TYPE>`;
      throw this.#invalid(
        between,
        `Cannot apply '${name}' to arguments of type '${given}'. Supported form(s): '${supported}'`,
      );
    }
    const within = (from: RexNode, to: RexNode) =>
      combine('AND', [this.compare('>=', value, from, between), this.compare('<=', value, to, between)]);
    const found = symmetric ? combine('OR', [within(low, high), within(high, low)]) : within(low, high);
    return negated ? { kind: 'call', operator: 'NOT', operands: [found], type: found.type } : found;
  }

  #inList(list: InList): RexNode {
    const [operand, ...given] = this.#convertEach([list.operand, ...list.values]) as [RexNode, ...RexNode[]];
    const types = given.map(({ type }) => type);
    const isOfRows = types.some(({ root }) => root === 'ROW') || operand.type.root === 'ROW';
    if (isOfRows ? !areRowsAlike(types) : !leastRestrictive(types)) {
      throw this.#invalid(list, 'Values in expression list must have compatible types');
    }
    const values = given.map((value) => this.#asInValue(operand, value, isAlone(given), list));
    const literals = values.filter((value) => value.kind === 'literal' && value.value !== null);
    const isConstant =
      literals.length > 1 &&
      operand.type.root !== 'ROW' &&
      values.every((value) => value.kind === 'literal') &&
      literals.every((value) => isSameKind(value.type, operand.type));
    const calls: RexNode[] = isConstant
      ? [
          {
            kind: 'call',
            operator: 'IN',
            operands: [operand, ...literals],
            type: withNullability(BOOLEAN, operand.type.nullable),
          },
        ]
      : [];
    const others = isConstant ? values.filter((value) => !literals.includes(value)) : values;
    for (const value of others) {
      calls.push(
        value.type.root === 'NULL' && (operand.type.root === 'NULL' || operand.type.root === 'ROW')
          ? nullOf(BOOLEAN)
          : this.#compareRows('=', operand, value, list, true),
      );
    }
    const found = combine('OR', calls);
    return list.negated ? { kind: 'call', operator: 'NOT', operands: [found], type: found.type } : found;
  }

  // Every value is brought to the kind of type that the left side has, even a text to a number; rows item by item.
  #asInValue(operand: RexNode, node: RexNode, isAlone: boolean, list: InList | Quantified): RexNode {
    const [from, to] = [node.type, operand.type];
    const incompatible = () => this.#invalid(list, 'Values passed to IN operator must have compatible types');
    if (!isComparable(to, from)) throw incompatible();
    const [items, keys] = [rowItems(node), rowItems(operand)];
    if (items && keys && node.kind === 'call') {
      const operands = items.map((item, i) => this.#asInValue(keys[i] as RexNode, item, isAlone, list));
      return { ...node, operands };
    }
    if (from.root === 'NULL' || from.root === 'ROW' || to.root === 'NULL') return node;
    if (from.root === to.root) return !isAlone && isNarrower(from, to) ? coerce(node, to, 'implicit') : node;
    if (isCharacter(from) && isCharacter(to) && to.root === 'VARCHAR') {
      return isAlone || node.kind !== 'literal' ? node : coerce(node, inVarchar(from, to), 'visible');
    }
    if (!supportsExplicitCast(from, to)) throw incompatible();
    return coerce(node, to, 'visible');
  }

  #like(like: Like): RexNode {
    const { operator, operand, pattern, escape, negated } = like;
    const definition = findFunction(operator);
    if (!definition?.forms) throw this.#notSupported(like, `Operator ${operator}`);
    const parts = [operand, pattern, ...(escape ? [escape] : [])];
    const call = this.#apply(definition, this.#convertEach(parts), like, parts);
    return negated ? { kind: 'call', operator: 'NOT', operands: [call], type: call.type } : call;
  }

  #operator(name: string, operands: readonly Expression[], at: Expression): RexNode {
    const definition = findFunction(name) as FunctionDefinition;
    return this.#apply(definition, this.#convertEach(operands), at, operands);
  }

  #convertEach(expressions: readonly Expression[]): RexNode[] {
    return convertEach(expressions, (each) => this.convertOrNull(each));
  }

  #apply(
    definition: FunctionDefinition,
    operands: readonly RexNode[],
    at: Expression,
    places: readonly { readonly span: Span }[],
  ): RexNode {
    const place = { source: this.#context.source, call: at, operands: places };
    const checked = checkCall(definition, { operands, isKeyed: false, hasFilter: false }, place);
    return this.#calls.build(definition, checked);
  }

  #subquery(expression: SubqueryExpression): RexNode {
    if (expression.kind === 'Exists' && expression.test === 'UNIQUE')
      throw this.#notSupported(expression, 'UNIQUE');
    if (expression.kind === 'Quantified' && Array.isArray(expression.source)) {
      const { operator, operand, quantifier, span } = expression;
      const left = this.convertOrNull(operand);
      const given = (expression.source as readonly Expression[]).map((value) => this.convertOrNull(value));
      if (left.type.root !== 'ROW' && !leastRestrictive(given.map(({ type }) => type)))
        throw this.#invalid({ span }, 'Values in expression list must have compatible types');
      const isKept = operator === '=' || operator === '<>';
      const parts = given.map((value) => {
        if (isKept) return this.#compareRows(operator, ...quantifiedOperands(left, value), { span });
        const isMet = isComparable(left.type, value.type);
        const item = isMet ? this.#asInValue(left, value, true, expression) : value;
        const isRetyped = item !== value && item.kind === 'literal';
        return this.#compareRows(operator, left, isRetyped ? { ...item, isComputed: true } : item, { span });
      });
      return combine(quantifier === 'ALL' ? 'AND' : 'OR', parts);
    }
    const operands: RexNode[] = [];
    if ('operand' in expression) {
      const { operand } = expression;
      const items = operand.kind === 'RowConstructor' ? operand.items : [operand];
      operands.push(...items.map((item) => this.convert(item)));
    }
    const node = this.#context.subquery?.(expression, operands);
    if (!node) throw this.#notSupported(expression, `A sub-query in ${this.#context.clause}`);
    return node;
  }

  #invalid(at: { readonly span: Span }, message: string) {
    return invalid(this.#context.source, at, message);
  }

  #notSupported(at: { readonly span: Span }, what: string) {
    return notSupported(this.#context.source, at, what);
  }
}

/** A text that is looked up among others keeps its length. */
function inVarchar(text: CharacterType, column: CharacterType): LogicalType {
  return { ...column, length: Math.max(text.length, column.length) };
}

function rowItems(node: RexNode): readonly RexNode[] | undefined {
  return node.kind === 'call' && node.operator === 'ROW' ? node.operands : undefined;
}

function callDescription(operator: string, types: readonly LogicalType[], result: LogicalType): string {
  const operands = types.map((type) => typeText(withNullability(type, true))).join(', ');
  const target = operator.endsWith('CAST') ? ` to ${typeText(withNullability(result, true))}` : '';
  return `${operator}(${operands})${target}`;
}

/** Whether a list has one constant at most. */
function isAlone(values: readonly RexNode[]): boolean {
  return values.filter((value) => value.kind === 'literal' && value.value !== null).length < 2;
}
