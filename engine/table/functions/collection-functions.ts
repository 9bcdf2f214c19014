/** Functions of arrays, maps and multisets, and what makes and reads such values. */

import type { LogicalType } from '../../types/logical-type.ts';
import { supportsImplicitCast } from '../../types/cast-rules.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { isBinary, isCharacter, isDatetime, isNumeric, withNullability } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import { define, defineBridging, special } from './define.ts';
import type { CallSite, FunctionDefinition, ResultType } from './function-definition.ts';
import { common } from './numeric-results.ts';
import {
  anyNullable,
  arrayOf,
  BOOLEAN,
  forceNullable,
  INTEGER,
  nullIfAny,
  sameAs,
  STRING,
  typeAt,
} from './result-types.ts';

const collection = define('collection');
const bridging = defineBridging('collection');

const NULL: LogicalType = { root: 'NULL', nullable: true };

function elementOf(type: LogicalType): LogicalType {
  return type.root === 'ARRAY' || type.root === 'MULTISET' ? type.element : NULL;
}

/** Single elements in the type that the array has. */
const elementCasts = (call: CallSite): (LogicalType | undefined)[] => [
  undefined,
  withNullability(elementOf(typeAt(call, 0)), true),
];

/** An element has to go into the array's type without a cast that is written. */
const fitsElement = (call: CallSite): string | undefined =>
  supportsImplicitCast(typeAt(call, 1), elementOf(typeAt(call, 0))) ? undefined : 'Invalid input arguments.';

/** The array with an element more, which may be NULL. */
const extended: ResultType = (call) => {
  const [array, added] = [typeAt(call, 0), typeAt(call, 1)];
  const element = elementOf(array);
  const type = arrayOf(withNullability(element, element.nullable || added.nullable));
  return withNullability(type, array.nullable || mayBecomeNull(call));
};

/** Whether the second operand may be NULL once it is of the type of the elements: a cast makes it what they may be. */
function mayBecomeNull(call: CallSite): boolean {
  const [element, given] = [elementOf(typeAt(call, 0)), typeAt(call, 1)];
  const isAsGiven = typesEqualSansNullability(element, given) || (isCharacter(element) && isCharacter(given));
  return given.nullable || (!isAsGiven && element.nullable);
}

const placed: ResultType = (call) =>
  withNullability(INTEGER, typeAt(call, 0).nullable || mayBecomeNull(call));

const nullIfFirst =
  (type: LogicalType): ResultType =>
  (call) =>
    withNullability(type, typeAt(call, 0).nullable);

/** Flink's common type, NULL if an operand is. */
const inCommon: ResultType = (call) => withNullability(common(call) ?? typeAt(call, 0), anyNullable(call));

const commonCasts = (call: CallSite): (LogicalType | undefined)[] =>
  call.operands.map((operand) => withNullability(common(call) ?? NULL, operand.type.nullable));

const meetInCommon = (call: CallSite): string | undefined => {
  if (common(call)) return undefined;
  const types = call.operands.map(({ type }) => typeText(type)).join(', ');
  return `Could not find a common type for arguments: [${types}]`;
};

function hasOrder(type: LogicalType): boolean {
  return isNumeric(type) || isCharacter(type) || isBinary(type) || isDatetime(type);
}

const isOrdered = (call: CallSite): string | undefined => {
  const element = elementOf(typeAt(call, 0));
  if (hasOrder(element)) return undefined;
  return `Type '${typeText(element)}' should support both 'EQUALS' and 'ORDER' comparison with itself.`;
};

const hasTexts = (call: CallSite): string | undefined =>
  isCharacter(elementOf(typeAt(call, 0))) ? undefined : 'Invalid input arguments.';

const someElement: ResultType = (call) => withNullability(elementOf(typeAt(call, 0)), true);

/** NULL if there is no element; an array that is written out has some. */
const onlyElement: ResultType = (call) => {
  const [array] = call.operands;
  const isWritten = array?.kind === 'call' && array.operator === 'ARRAY';
  const type = elementOf(typeAt(call, 0));
  return withNullability(type, !isWritten || type.nullable);
};

const integerCasts = (call: CallSite): (LogicalType | undefined)[] =>
  call.operands.map(({ type }, i) => (i === 0 ? undefined : withNullability(INTEGER, type.nullable)));

const areInts = (call: CallSite): string | undefined =>
  call.operands.slice(1).every(({ type }) => type.root !== 'BIGINT') ? undefined : 'Invalid input arguments.';

/** Types of a map's parts. */
function partsOf(type: LogicalType): readonly [key: LogicalType, value: LogicalType] {
  return type.root === 'MAP' ? [type.key, type.value] : [NULL, NULL];
}

const partsAs =
  (make: (key: LogicalType, value: LogicalType) => LogicalType): ResultType =>
  (call) => {
    const map = typeAt(call, 0);
    return withNullability(arrayOf(make(...partsOf(map))), map.nullable);
  };

const entry = (key: LogicalType, value: LogicalType): LogicalType => ({
  root: 'ROW',
  fields: [
    { name: 'key', type: key },
    { name: 'value', type: value },
  ],
  nullable: true,
});

const mapOfArrays: ResultType = (call) => ({
  root: 'MAP',
  key: elementOf(typeAt(call, 0)),
  value: elementOf(typeAt(call, 1)),
  nullable: anyNullable(call),
});

const ofTwo = { casts: commonCasts, check: meetInCommon };

export const COLLECTION_FUNCTIONS: readonly FunctionDefinition[] = [
  ...special('construction', [
    ['ROW', 'ROW(value, ...) or (value, ...)', 'A row of values.', 'row'],
    ['ARRAY', 'ARRAY[value, ...]', 'An array of values of one type.', 'array'],
    ['MAP', 'MAP[key, value, ...]', 'A map from keys to values.', 'map'],
    ['ITEM', 'array[index] or map[key]', 'An element of an array (from 1) or the value of a key.', 'at'],
  ]),
  collection('CARDINALITY', 'Number of elements.', ['ARRAY', 'MAP'], nullIfAny(INTEGER)),
  collection('ELEMENT', 'The only element; fails if there are more.', 'ARRAY', onlyElement),
  bridging('ARRAY_APPEND', 'An array with an element behind it.', 'ARRAY ANY', extended, {
    casts: elementCasts,
    check: fitsElement,
    acceptsNull: true,
  }),
  bridging('ARRAY_PREPEND', 'An array with an element before it.', 'ARRAY ANY', extended, {
    casts: elementCasts,
    check: fitsElement,
    acceptsNull: true,
  }),
  bridging('ARRAY_CONCAT', 'Arrays in a row.', 'ARRAY+', inCommon, ofTwo),
  bridging('ARRAY_CONTAINS', 'Whether an element occurs.', 'ARRAY ANY', nullIfFirst(BOOLEAN), {
    casts: elementCasts,
    check: fitsElement,
    acceptsNull: true,
  }),
  bridging('ARRAY_DISTINCT', 'Without repeats.', 'ARRAY', sameAs(0)),
  bridging(
    'ARRAY_EXCEPT',
    'Elements of the first that the second does not have.',
    'ARRAY ARRAY',
    inCommon,
    ofTwo,
  ),
  bridging('ARRAY_INTERSECT', 'Elements of both.', 'ARRAY ARRAY', inCommon, ofTwo),
  bridging(
    'ARRAY_JOIN',
    'Elements as one text.',
    ['ARRAY CHARACTER', 'ARRAY CHARACTER CHARACTER'],
    nullIfAny(STRING),
    {
      check: hasTexts,
      acceptsNull: true,
    },
  ),
  bridging('ARRAY_MAX', 'Greatest element.', 'ARRAY', someElement, { check: isOrdered }),
  bridging('ARRAY_MIN', 'Least element.', 'ARRAY', someElement, { check: isOrdered }),
  bridging('ARRAY_POSITION', 'Where an element first occurs, from 1.', 'ARRAY ANY', placed, {
    casts: elementCasts,
    check: fitsElement,
    acceptsNull: true,
  }),
  bridging('ARRAY_REMOVE', 'Without the elements that equal a value.', 'ARRAY ANY', nullIfFirstArray(), {
    casts: elementCasts,
    check: fitsElement,
    acceptsNull: true,
  }),
  bridging('ARRAY_REVERSE', 'Backwards.', 'ARRAY', sameAs(0)),
  bridging('ARRAY_SLICE', 'A piece of an array.', ['ARRAY INTEGER', 'ARRAY INTEGER INTEGER'], sameAs(0), {
    casts: integerCasts,
    check: areInts,
    acceptsNull: true,
  }),
  bridging('ARRAY_SORT', 'Sorted.', ['ARRAY', 'ARRAY BOOLEAN', 'ARRAY BOOLEAN BOOLEAN'], sameAs(0), {
    check: isOrdered,
    acceptsNull: true,
  }),
  bridging('ARRAY_UNION', 'Elements of either, without repeats.', 'ARRAY ARRAY', inCommon, ofTwo),
  bridging('MAP_ENTRIES', 'Keys and values as an array of rows.', 'MAP', partsAs(entry)),
  bridging('MAP_FROM_ARRAYS', 'A map from an array of keys and one of values.', 'ARRAY ARRAY', mapOfArrays),
  bridging(
    'MAP_KEYS',
    'Keys as an array.',
    'MAP',
    partsAs((key) => key),
  ),
  bridging('MAP_UNION', 'Maps together; of equal keys the last one stays.', 'MAP+', inCommon, ofTwo),
  bridging(
    'MAP_VALUES',
    'Values as an array.',
    'MAP',
    partsAs((_, value) => value),
  ),
  bridging(
    'SPLIT',
    'Pieces between separators as an array.',
    'CHARACTER CHARACTER',
    nullIfAny(arrayOf(withNullability(STRING, true))),
    { acceptsNull: true },
  ),
  collection(
    'STR_TO_MAP',
    'A map from `key=value` pairs.',
    ['CHARACTER', 'CHARACTER CHARACTER CHARACTER'],
    forceNullable({
      root: 'MAP',
      key: withNullability(STRING, true),
      value: withNullability(STRING, true),
      nullable: true,
    }),
  ),
];

function nullIfFirstArray(): ResultType {
  return (call) => typeAt(call, 0);
}
