import { doubleText } from '../../data/java-number-text.ts';
import { JsonPath, type Evaluation } from './json-path.ts';
import { isArray, isObject, JsonNumber, type JsonValue } from './json-value.ts';
import { InvalidPath } from './path-reader.ts';

/** What stands between the parentheses of a path function. */
export type PathArgument = { readonly path: JsonPath } | { readonly value: JsonValue };

/** A function at the end of a path: `$.prices.sum()`, `$.items.length()`. */
export interface PathFunction {
  (value: JsonValue, evaluation: Evaluation): JsonValue;
  /** The same function with other arguments. */
  readonly over: (args: readonly PathArgument[]) => PathFunction;
}

/** The function of a name; a name that there is none of fails where the path is applied. */
export function pathFunction(name: string, args: readonly PathArgument[]): PathFunction {
  const compute = FUNCTIONS[name];
  const run = (value: JsonValue, evaluation: Evaluation): JsonValue => {
    if (!compute) throw new InvalidPath(`Function with name: ${name} does not exist.`);
    return compute(value, args, evaluation);
  };
  return Object.assign(run, { over: (others: readonly PathArgument[]) => pathFunction(name, others) });
}

type Compute = (value: JsonValue, args: readonly PathArgument[], evaluation: Evaluation) => JsonValue;

const FUNCTIONS: Readonly<Record<string, Compute>> = {
  length,
  size: length,
  sum: aggregate((numbers) => numbers.reduce((sum, number) => sum + number, 0)),
  avg: aggregate((numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length),
  min: aggregate((numbers) => numbers.reduce((least, number) => Math.min(least, number))),
  max: aggregate((numbers) => numbers.reduce((greatest, number) => Math.max(greatest, number))),
  stddev: aggregate((numbers) => {
    const count = numbers.length;
    const sum = numbers.reduce((total, number) => total + number, 0);
    const squares = numbers.reduce((total, number) => total + number * number, 0);
    return Math.sqrt(squares / count - (sum * sum) / count / count);
  }),
  concat: (value, args, evaluation) => {
    const texts = isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    const others = argumentItems(args, evaluation).map((item) =>
      item instanceof JsonNumber ? item.text : String(item),
    );
    return [...texts, ...others].join('');
  },
  append: (value, args, evaluation) =>
    isArray(value) ? [...value, ...args.map((arg) => argumentValue(arg, evaluation))] : value,
  keys: (value) => (isObject(value) ? [...value.keys()] : null),
  first: (value) => itemAt(value, 0),
  last: (value) => itemAt(value, -1),
  index: (value, args, evaluation) => {
    const [position] = argumentItems(args, evaluation);
    if (!(position instanceof JsonNumber)) throw new InvalidPath('index() takes a number');
    return itemAt(value, Math.trunc(Number(position.text)));
  },
};

/** Items or members; of a path: all that lies below what it finds. Null for scalars. */
function length(value: JsonValue, args: readonly PathArgument[], evaluation: Evaluation): JsonValue {
  const [arg] = args;
  if (arg) {
    if (!('path' in arg)) throw new InvalidPath('length() takes a path');
    const { tokens, isFromRoot } = arg.path;
    const isPath = tokens.at(-1)?.kind !== 'function';
    const path =
      isPath && tokens.length > 0 ? new JsonPath([...tokens, { kind: 'wildcard' }], isFromRoot) : arg.path;
    const found = path.read(value, evaluation);
    if (isArray(found)) return integer(found.length);
  }
  if (isArray(value)) return integer(value.length);
  return isObject(value) ? integer(value.size) : null;
}

function integer(value: number): JsonNumber {
  return new JsonNumber(String(value), true);
}

/** Over the numbers of an array and of the arguments; there has to be one. */
function aggregate(compute: (numbers: readonly number[]) => number): Compute {
  return (value, args, evaluation) => {
    const items = [...(isArray(value) ? value : []), ...argumentItems(args, evaluation)];
    const numbers = items.filter((item) => item instanceof JsonNumber).map(({ text }) => Number(text));
    if (numbers.length === 0)
      throw new InvalidPath('Aggregation function attempted to calculate value using empty array');
    return new JsonNumber(doubleText(compute(numbers)), false);
  };
}

function itemAt(value: JsonValue, position: number): JsonValue {
  const item = isArray(value) ? value.at(position) : undefined;
  if (item === undefined) throw new InvalidPath(`There is no item ${position}`);
  return item;
}

/** Arrays by their items; null is none. */
function argumentItems(
  args: readonly PathArgument[],
  evaluation: Evaluation,
): (boolean | string | JsonNumber)[] {
  const items = args.flatMap((arg): readonly JsonValue[] => {
    const value = argumentValue(arg, evaluation);
    return isArray(value) ? value : [value];
  });
  return items.filter(
    (item) => typeof item === 'boolean' || typeof item === 'string' || item instanceof JsonNumber,
  );
}

function argumentValue(arg: PathArgument, evaluation: Evaluation): JsonValue {
  if ('value' in arg) return arg.value;
  return arg.path.read(evaluation.root, evaluation) ?? null;
}
