import { ValidationException } from '../../types/errors.ts';
import type {
  CollectionType,
  DecimalType,
  LengthType,
  LogicalType,
  MapType,
} from '../../types/logical-type.ts';
import { MAX_LENGTH } from '../../types/logical-type.ts';
import { typeText } from '../../types/type-text.ts';
import { withNullability } from '../../types/type-families.ts';
import { UNBOUNDED } from '../row-numbers.ts';
import type { ColumnPlan, IntegerPlan } from './column-plan.ts';
import { fieldKey, type FieldOptions } from './field-options.ts';

/** Where neither type nor option says how long a text is. */
const TEXT_LENGTH = 100;
const COLLECTION_LENGTH = 3;
const MAX_MONTHS = 120_000n;
/** How often an element of a MULTISET is in it. */
const MULTIPLICITY = { min: 1n, max: 10n };
const GREATEST_FLOAT = 3.4028234663852886e38;
const LEAST_FLOAT = 1.401298464324817e-45;

/**
 * Reads the options of a column, and of all within it.
 *
 * @param path the column's name; of a part `r.x`, `a.element`, `m.key`, `m.value`
 * @throws ValidationException for types that cannot be made, and options that cannot be met
 */
export function planColumn(type: LogicalType, path: string, options: FieldOptions): ColumnPlan {
  const kind = options.text(path, 'kind') ?? 'random';
  if (kind === 'sequence') return planSequence(type, path, options);
  if (kind !== 'random') throw new ValidationException(`Unsupported generator kind: ${kind}`);
  checkLength(type, path, options);
  return planRandom(type, path, options);
}

function planRandom(type: LogicalType, path: string, options: FieldOptions): ColumnPlan {
  switch (type.root) {
    case 'BOOLEAN':
      return { kind: 'integer', type, path, nullRate: nullRate(type, path, options), min: 0n, max: 1n };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'DECIMAL':
      return planInteger(type, path, options);
    case 'FLOAT':
    case 'DOUBLE':
      return planFloat(type, path, options);
    case 'DATE':
    case 'TIME':
      return { kind: 'time', type, path, nullRate: 0, maxPastMs: 0 };
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const maxPastMs = Math.floor(options.durationMs(path, 'max-past'));
      return { kind: 'time', type, path, nullRate: nullRate(type, path, options), maxPastMs };
    }
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return planBytes(type, path, options);
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
      return planCollection(type, path, options);
    case 'ROW': {
      const fields = type.fields.map((field) => planRandom(field.type, `${path}.${field.name}`, options));
      return { kind: 'row', type, path, nullRate: nullRate(type, path, options), fields };
    }
    default:
      throw unsupported(type);
  }
}

function planInteger(type: LogicalType, path: string, options: FieldOptions): IntegerPlan {
  const [least, greatest] = defaultBounds(type);
  const bound = (name: 'min' | 'max', fallback: bigint): bigint => {
    const parse = (text: string) =>
      type.root === 'DECIMAL' ? decimalBound(text, type, name) : integer(text, least, greatest);
    return options.parsed(
      path,
      name,
      fallback,
      parse,
      type.root === 'DECIMAL' ? 'a number' : `a value of ${typeText(type)}`,
    );
  };
  const min = bound('min', type.root === 'DECIMAL' ? 0n : type.root === 'INTERVAL_YEAR_MONTH' ? 0n : least);
  const max = bound('max', type.root === 'INTERVAL_YEAR_MONTH' ? MAX_MONTHS : greatest);
  checkBounds(path, min, max);
  return { kind: 'integer', type, path, nullRate: nullRate(type, path, options), min, max };
}

function planFloat(type: LogicalType, path: string, options: FieldOptions): ColumnPlan {
  const [least, greatest] =
    type.root === 'FLOAT' ? [LEAST_FLOAT, GREATEST_FLOAT] : [Number.MIN_VALUE, Number.MAX_VALUE];
  const parse = (text: string) => {
    const value = text === '' ? NaN : Number(text);
    return Math.abs(value) <= greatest ? value : undefined;
  };
  const expected = `a value of ${typeText(withNullability(type, true))}`;
  const min = options.parsed(path, 'min', least, parse, expected);
  const max = options.parsed(path, 'max', greatest, parse, expected);
  checkBounds(path, min, max);
  return { kind: 'float', type, path, nullRate: nullRate(type, path, options), min, max };
}

function planBytes(type: LengthType, path: string, options: FieldOptions): ColumnPlan {
  const isText = type.root === 'CHAR' || type.root === 'VARCHAR';
  const isFixed = type.root === 'CHAR' || type.root === 'BINARY';
  const fallback = type.length === MAX_LENGTH ? TEXT_LENGTH : type.length;
  const length = isFixed ? fallback : options.length(path, fallback);
  return {
    kind: 'bytes',
    type,
    path,
    nullRate: isText ? nullRate(type, path, options) : 0,
    length: length === MAX_LENGTH ? TEXT_LENGTH : length,
    isVariable: !isFixed && options.boolean(path, 'var-len'),
  };
}

function planCollection(type: CollectionType | MapType, path: string, options: FieldOptions): ColumnPlan {
  const length = options.length(path, COLLECTION_LENGTH);
  const common = { path, nullRate: nullRate(type, path, options), length };
  if (type.root === 'MAP') {
    const key = planKey(type.key, `${path}.key`, options);
    return { kind: 'map', type, ...common, key, value: planRandom(type.value, `${path}.value`, options) };
  }
  if (type.root === 'ARRAY') {
    return { kind: 'array', type, ...common, element: planRandom(type.element, `${path}.element`, options) };
  }
  const count: LogicalType = { root: 'INTEGER', nullable: false };
  const value: IntegerPlan = {
    kind: 'integer',
    type: count,
    path: `${path}.count`,
    nullRate: 0,
    ...MULTIPLICITY,
  };
  return { kind: 'map', type, ...common, key: planKey(type.element, `${path}.element`, options), value };
}

/** Keys are compared as bytes, which composite values are not. */
function planKey(type: LogicalType, path: string, options: FieldOptions): ColumnPlan {
  const plan = planRandom(type, path, options);
  if (plan.kind !== 'row' && plan.kind !== 'array' && plan.kind !== 'map') return plan;
  throw new ValidationException(
    `Keys of type ${typeText(type)} are not supported by the datagen connector (${path}).`,
  );
}

function planSequence(type: LogicalType, path: string, options: FieldOptions): ColumnPlan {
  const [least, greatest] = sequenceBounds(type);
  const bound = (name: 'start' | 'end'): bigint => {
    const parse = (text: string) => integer(text, least, greatest);
    const value = options.parsed<bigint | null>(
      path,
      name,
      null,
      parse,
      `a whole number that ${typeText(type)} holds`,
    );
    if (value !== null) return value;
    throw new ValidationException(
      `Could not find required property '${fieldKey(path, name)}' for sequence generator.`,
    );
  };
  const start = bound('start');
  const end = bound('end');
  if (start > end) {
    throw new ValidationException(
      `The start value (${start}) cannot be greater than the end value (${end}).`,
    );
  }
  const count = end - start + 1n;
  return {
    kind: 'sequence',
    type,
    path,
    nullRate: 0,
    start,
    count: count > BigInt(UNBOUNDED) ? UNBOUNDED : Number(count),
  };
}

function sequenceBounds(type: LogicalType): [bigint, bigint] {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return defaultBounds(type);
    case 'FLOAT': // the whole numbers that are told apart
      return [-(1n << 24n), 1n << 24n];
    case 'DOUBLE':
      return [-(1n << 53n), 1n << 53n];
    case 'DECIMAL': {
      const greatest = 10n ** BigInt(type.precision - type.scale) - 1n;
      const [least, most] = powerBounds(64);
      return greatest > most ? [least, most] : [-greatest, greatest];
    }
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return powerBounds(64);
    default:
      throw new ValidationException(
        `Unsupported type: ${typeText(type)}. A sequence of this type is not supported.`,
      );
  }
}

function defaultBounds(type: LogicalType): [bigint, bigint] {
  switch (type.root) {
    case 'TINYINT':
      return powerBounds(8);
    case 'SMALLINT':
      return powerBounds(16);
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return powerBounds(32);
    case 'DECIMAL': {
      const greatest = 10n ** BigInt(type.precision) - 1n;
      return [-greatest, greatest];
    }
    default:
      return powerBounds(64);
  }
}

function powerBounds(bits: number): [bigint, bigint] {
  const half = 1n << BigInt(bits - 1);
  return [-half, half - 1n];
}

function integer(text: string, least: bigint, greatest: bigint): bigint | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= least && value <= greatest ? value : undefined;
}

/** The unscaled bound: what lies between two DECIMALs is rounded inwards, what lies beyond all of them is the last one. */
function decimalBound(
  text: string,
  { precision, scale }: DecimalType,
  name: 'min' | 'max',
): bigint | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,4}))?$/.exec(text) ?? [];
  if (whole === undefined || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const shift = Number(exponent) + scale - fraction.length;
  const greatest = 10n ** BigInt(precision) - 1n;
  let value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  if (shift < 0) {
    const rest = digits % 10n ** BigInt(-shift);
    if (name === 'min' && rest > 0n) value += 1n;
    if (name === 'max' && rest < 0n) value -= 1n;
  }
  return value > greatest ? greatest : value < -greatest ? -greatest : value;
}

function checkBounds<T extends bigint | number>(path: string, min: T, max: T): void {
  if (min > max) {
    throw new ValidationException(
      `min bound must be less than max [${min}, ${max}] (${fieldKey(path, 'min')}, ${fieldKey(path, 'max')})`,
    );
  }
}

function checkLength(type: LogicalType, path: string, options: FieldOptions): void {
  const isVariable = type.root === 'VARCHAR' || type.root === 'VARBINARY';
  if (!isVariable && options.peek(path, 'var-len')?.toLowerCase() === 'true') {
    throw new ValidationException(
      "Only supports specifying 'fields.#.var-len' option for variable-length types (VARCHAR/STRING/VARBINARY/BYTES). " +
        `The type of field '${path}' is not within this range.`,
    );
  }
  if (options.peek(path, 'length') === undefined) return;
  if (type.root === 'CHAR' || type.root === 'BINARY') {
    throw new ValidationException(
      `Custom length for fixed-length type (CHAR/BINARY) field '${path}' is not supported.`,
    );
  }
  if (isVariable) {
    const length = options.length(path, 0);
    if (length > type.length) {
      throw new ValidationException(
        `Custom length '${length}' for variable-length type (VARCHAR/STRING/VARBINARY/BYTES) field '${path}' ` +
          `should be shorter than '${type.length}' defined in the schema.`,
      );
    }
  }
}

/** A column that is NOT NULL cannot have any. */
function nullRate(type: LogicalType, path: string, options: FieldOptions): number {
  const rate = options.nullRate(path);
  if (rate === 0 || type.nullable) return rate;
  throw new ValidationException(
    `'${fieldKey(path, 'null-rate')}' is above 0, but ${path} is ${typeText(type)}.`,
  );
}

function unsupported(type: LogicalType): ValidationException {
  return new ValidationException(
    `Unsupported type: ${typeText(type)}. The datagen connector does not make it: it is not supported.`,
  );
}
