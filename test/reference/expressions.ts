import type { Value } from '../../engine/data/value.ts';
import type { RexCall, RexNode } from '../../engine/expressions/rex-node.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { decimalText } from '../../engine/data/decimal-words.ts';
import { and, not, or, type Truth } from './boolean.ts';
import { divideTwice, fit, rescale } from './decimal.ts';
import { position, splitIndex, substring } from './text.ts';

/** Row expressions as SQL says: one row at a time, left to right, only what is needed. Throws where SQL fails. */
export function interpret(node: RexNode, row: readonly Value[]): Value {
  switch (node.kind) {
    case 'input':
      return row[node.index] ?? null;
    case 'literal':
      return node.type.root === 'BIGINT' && node.value !== null ? BigInt(node.value) : node.value;
    case 'field':
      return (interpret(node.node, row) as readonly Value[] | null)?.[node.index] ?? null;
    case 'call': {
      const value = lazy(node, row);
      return value === undefined ? strict(node, row) : value;
    }
  }
}

/** Calls that do not look at all of their operands; undefined for the others. */
function lazy(call: RexCall, row: readonly Value[]): Value | undefined {
  const at = (index: number): Value => interpret(call.operands[index]!, row);
  switch (call.operator) {
    case 'AND': {
      let result: Truth = true;
      for (const operand of call.operands) {
        if (result === false) return false;
        result = and(result, interpret(operand, row) as Truth);
      }
      return result;
    }
    case 'OR': {
      let result: Truth = false;
      for (const operand of call.operands) {
        if (result === true) return true;
        result = or(result, interpret(operand, row) as Truth);
      }
      return result;
    }
    case 'CASE': {
      let i = 0;
      for (; i + 1 < call.operands.length; i += 2) if (at(i) === true) return at(i + 1);
      return i < call.operands.length ? at(i) : null;
    }
    case 'COALESCE':
      for (const operand of call.operands) {
        const value = interpret(operand, row);
        if (value !== null) return value;
      }
      return null;
    case 'IS NULL':
      return at(0) === null;
    case 'IS NOT NULL':
      return at(0) !== null;
    case 'IS TRUE':
      return at(0) === true;
    case 'IS NOT FALSE':
      return at(0) !== false;
    case 'IS NOT DISTINCT FROM':
      return at(0) === null || at(1) === null ? at(0) === at(1) : order(call, at(0), at(1)) === 0;
    case 'IN': {
      let result: Truth = false;
      for (let i = 1; i < call.operands.length; i++) {
        const [a, b] = [at(0), at(i)];
        result = or(result, a === null || b === null ? null : order(call, a, b) === 0);
      }
      return result;
    }
    default:
      return undefined;
  }
}

function strict(call: RexCall, row: readonly Value[]): Value {
  const values = call.operands.map((operand) => interpret(operand, row));
  if (values.includes(null)) return null;
  const [a, b, c] = values as [Value, Value, Value];
  switch (call.operator) {
    case 'NOT':
      return not(a as Truth);
    case '=':
      return order(call, a, b) === 0;
    case '<>':
      return order(call, a, b) !== 0;
    case '<':
      return (order(call, a, b) ?? NaN) < 0;
    case '<=':
      return (order(call, a, b) ?? NaN) <= 0;
    case '>':
      return (order(call, a, b) ?? NaN) > 0;
    case '>=':
      return (order(call, a, b) ?? NaN) >= 0;
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(call, a, b);
    case 'UPPER':
      return (a as string).toUpperCase();
    case 'LOWER':
      return (a as string).toLowerCase();
    case 'CHAR_LENGTH':
      return [...(a as string)].length;
    case '||':
      return `${a as string}${b as string}`;
    case 'SUBSTRING':
      return substring(a as string, b as number, call.operands.length === 3 ? (c as number) : undefined);
    case 'SPLIT_INDEX':
      return splitIndex(a as string, b as string, c as number);
    case 'POSITION':
      return position(a as string, b as string);
    case 'CAST':
      return castNumber(a, call.operands[0]!.type, call.type);
    default:
      throw new Error(`the reference knows no ${call.operator}`);
  }
}

const BITS: Readonly<Record<string, number>> = { INTEGER: 32, BIGINT: 64 };

function arithmetic(call: RexCall, a: Value, b: Value): Value {
  const { type } = call;
  if (type.root === 'DOUBLE') {
    const [x, y] = [a as number, b as number];
    return { '+': x + y, '-': x - y, '*': x * y, '/': x / y, '%': x % y }[call.operator as '+'];
  }
  if (type.root === 'DECIMAL') return decimalArithmetic(call, `${a as string}`, `${b as string}`, type);
  const [x, y] = [BigInt(a as number | bigint), BigInt(b as number | bigint)];
  if ('/%'.includes(call.operator) && y === 0n) throw new Error('Division by zero');
  let value = 0n;
  if (call.operator === '+') value = x + y;
  if (call.operator === '-') value = x - y;
  if (call.operator === '*') value = x * y;
  if (call.operator === '/') value = x / y;
  if (call.operator === '%') value = x % y;
  const wrapped = BigInt.asIntN(BITS[type.root]!, value);
  return type.root === 'BIGINT' ? wrapped : Number(wrapped);
}

type Decimal = LogicalType & { readonly precision: number; readonly scale: number };

function decimalArithmetic(call: RexCall, a: string, b: string, type: Decimal): Value {
  const scaleOf = (text: string): number => (text.split('.')[1] ?? '').length;
  const unscaled = (text: string): bigint => BigInt(text.replace('.', ''));
  const [x, y, s1, s2] = [unscaled(a), unscaled(b), scaleOf(a), scaleOf(b)];
  const scale = Math.max(s1, s2);
  const [left, right] = [rescale(x, scale - s1, 'DOWN'), rescale(y, scale - s2, 'DOWN')];
  if ('/%'.includes(call.operator) && y === 0n) throw new Error('Division by zero');
  let value: bigint;
  if (call.operator === '+') value = rescale(left + right, type.scale - scale, 'HALF_UP');
  else if (call.operator === '-') value = rescale(left - right, type.scale - scale, 'HALF_UP');
  else if (call.operator === '*') value = rescale(x * y, type.scale - s1 - s2, 'HALF_UP');
  else if (call.operator === '/') value = divideTwice(x * 10n ** BigInt(type.scale - s1 + s2), y);
  else value = left % right;
  const fitting = fit(value, type.precision);
  return fitting === undefined ? null : decimalText(fitting, type.scale);
}

function castNumber(value: Value, source: LogicalType, target: LogicalType): Value {
  if (target.root === 'BIGINT') return BigInt(value as number | bigint);
  if (target.root === 'INTEGER') return Number(BigInt.asIntN(32, BigInt(value as number | bigint)));
  if (target.root === 'DOUBLE') return Number(value);
  if (target.root === 'DECIMAL' && source.root !== 'DECIMAL') {
    const unscaled = fit(BigInt(value as number | bigint) * 10n ** BigInt(target.scale), target.precision);
    return unscaled === undefined ? null : decimalText(unscaled, target.scale);
  }
  throw new Error(`the reference knows no cast to ${target.root}`);
}

/** Undefined where a NaN is in play. */
function order(call: RexCall, a: Value, b: Value): number | undefined {
  const types = call.operands.map((operand) => operand.type.root);
  if (typeof a === 'string' && !types.includes('DECIMAL')) {
    const [x, y] = [a, b as string].map((text) => String.fromCharCode(...new TextEncoder().encode(text)));
    return x! < y! ? -1 : Number(x! > y!);
  }
  if (types.includes('DOUBLE')) return compare(Number(a), Number(b));
  if (types.includes('DECIMAL')) {
    const scaled = (value: Value): bigint => {
      const [whole = '', fraction = ''] = `${value as string | number | bigint}`.split('.');
      return BigInt(whole + fraction.padEnd(40, '0'));
    };
    return compare(scaled(a), scaled(b));
  }
  return compare(a, b);
}

function compare(a: Value, b: Value): number | undefined {
  if (Number.isNaN(a) || Number.isNaN(b)) return undefined;
  return a! < b! ? -1 : Number(a! > b!);
}
