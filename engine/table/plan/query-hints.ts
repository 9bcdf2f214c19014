import { parseDuration } from '../../types/duration.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import type { FromItem, Hint, HintArgument, Span } from '../parser/ast.ts';
import type { JoinHint } from './rel-node.ts';
import { invalid } from '../validate/validation-error.ts';

/**
 * The hints behind SELECT. How a join of batch mode is done (BROADCAST and its like) changes no row: such a hint is checked and passed
 * over. The others would change what a job does, and are for the caller to refuse.
 */
const STRATEGIES = new Set<string>(['BROADCAST', 'SHUFFLE_HASH', 'SHUFFLE_MERGE', 'NEST_LOOP']);
const HINTS = [...STRATEGIES, 'MULTI_JOIN', 'STATE_TTL', 'LOOKUP', 'OPTIONS'];

const LOOKUP_OPTIONS: Readonly<Record<string, (value: string) => boolean>> = {
  async: isBoolean,
  shuffle: isBoolean,
  'output-mode': (value) => /^(ordered|allow_unordered)$/i.test(value),
  capacity: isInteger,
  'max-attempts': isInteger,
  timeout: isDuration,
  'fixed-delay': isDuration,
  'retry-strategy': (value) => /^fixed_delay$/i.test(value),
};
const RETRIES = ['retry-predicate', 'retry-strategy', 'fixed-delay', 'max-attempts'];

/** The hints that are valid and have an effect. Throws ValidationException for the others that Flink refuses. */
export function effectiveHints(hints: readonly Hint[], from: FromItem | undefined, source: string): Hint[] {
  return hints.filter((hint) => {
    new HintCheck(hint, from, source).check();
    const name = hint.name.name.toUpperCase();
    // OPTIONS are those of a table; behind SELECT they say nothing.
    return name !== 'OPTIONS' && !STRATEGIES.has(name);
  });
}

export function isJoinStrategy(name: string): name is JoinHint['strategy'] {
  return STRATEGIES.has(name);
}

/** The tables that a hint names. */
export function tableNamesOf({ args }: Hint): string[] {
  return args.map(textOf);
}

class HintCheck {
  readonly #hint: Hint;
  readonly #name: string;
  readonly #tables: ReadonlySet<string>;
  /** Hints on joins stay without effect, and so their tables unseen, where there is none. */
  readonly #hasJoin: boolean;
  readonly #source: string;

  constructor(hint: Hint, from: FromItem | undefined, source: string) {
    this.#hint = hint;
    this.#hasJoin = from?.kind === 'Join';
    this.#name = hint.name.name.toUpperCase();
    this.#tables = new Set(namesOf(from));
    this.#source = source;
  }

  check(): void {
    const { name } = this.#hint;
    switch (this.#name) {
      case 'OPTIONS':
        return;
      case 'STATE_TTL':
        return this.#checkStateTtl();
      case 'LOOKUP':
        return this.#checkLookup();
      case 'MULTI_JOIN':
      case 'BROADCAST':
      case 'SHUFFLE_HASH':
      case 'SHUFFLE_MERGE':
      case 'NEST_LOOP':
        return this.#checkTables();
      default:
        throw this.#invalid(
          name,
          `Hint: ${name.name} should be registered in the HintStrategyTable: the hints are ${HINTS.join(', ')}`,
          nearestNames(this.#name, HINTS),
        );
    }
  }

  #checkTables(): void {
    const { args } = this.#hint;
    const names = args.filter(
      (argument) => argument.kind === 'Identifier' || argument.kind === 'StringLiteral',
    );
    if (names.length === 0 || names.length < args.length) {
      const message = `Invalid hint: ${this.#name}, expecting at least one table or view specified in hint ${this.#name}.`;
      throw this.#invalid(this.#hint, message);
    }
    for (const argument of names) this.#checkTable(textOf(argument), argument);
  }

  #checkStateTtl(): void {
    const pairs = this.#pairs();
    if (pairs.length === 0) {
      throw this.#invalid(
        this.#hint,
        'Invalid STATE_TTL hint, expecting at least one key-value options specified.',
      );
    }
    for (const { value, at } of pairs) {
      if (isDuration(value)) continue;
      throw this.#invalid(
        at,
        `Invalid STATE_TTL hint value: '${value}' is not a duration, such as '1 d' or '30 min'`,
      );
    }
    for (const { key, at } of pairs) this.#checkTable(key, at);
  }

  #checkLookup(): void {
    const pairs = this.#pairs();
    const options = new Map(pairs.map(({ key, value }) => [key, value]));
    const table = pairs.find(({ key }) => key === 'table');
    if (!table) {
      throw this.#invalid(this.#hint, "Invalid LOOKUP hint: incomplete required option(s): [Key: 'table']");
    }
    for (const { key, value, at } of pairs) {
      if (!Object.hasOwn(LOOKUP_OPTIONS, key) || LOOKUP_OPTIONS[key]?.(value)) continue;
      throw this.#invalid(
        at,
        `Invalid LOOKUP hint options: Could not parse value '${value}' for key '${key}'.`,
      );
    }
    const given = RETRIES.filter((key) => options.has(key)).length;
    if (given > 0 && given < RETRIES.length) {
      const message = `Invalid LOOKUP hint: retry options can be both null or all not null: ${RETRIES.join(', ')}`;
      throw this.#invalid(this.#hint, message);
    }
    this.#checkTable(table.value, table.at);
  }

  #pairs(): { readonly key: string; readonly value: string; readonly at: HintArgument }[] {
    return this.#hint.args.map((argument) => {
      if (argument.kind === 'HintProperty')
        return { key: textOf(argument.key), value: argument.value.value, at: argument };
      throw this.#invalid(
        argument,
        `Invalid list options in ${this.#name} hint, only support key-value options.`,
      );
    });
  }

  #checkTable(name: string, at: { readonly span: Span }): void {
    if (this.#tables.has(name) || (this.#name !== 'STATE_TTL' && !this.#hasJoin)) return;
    throw this.#invalid(
      at,
      `The options of following hints cannot match the name of input tables or views: \n\`${name}\` in \`${this.#name}\``,
      nearestNames(name, [...this.#tables]),
    );
  }

  #invalid(at: { readonly span: Span }, message: string, suggestions?: readonly string[]) {
    return invalid(this.#source, at, message, suggestions);
  }
}

/** By which names the tables of FROM go. */
function namesOf(item: FromItem | undefined): string[] {
  if (!item) return [];
  if (item.kind === 'Join') return [...namesOf(item.left), ...namesOf(item.right)];
  const name = item.alias?.name.name ?? (item.kind === 'TableRef' ? item.name.parts.at(-1)?.name : undefined);
  return name === undefined ? [] : [name];
}

function textOf(node: HintArgument): string {
  switch (node.kind) {
    case 'Identifier':
      return node.name;
    case 'StringLiteral':
      return node.value;
    case 'NumberLiteral':
      return node.text;
    case 'HintProperty':
      return textOf(node.key);
  }
}

function isBoolean(value: string): boolean {
  return /^(true|false)$/i.test(value);
}

function isInteger(value: string): boolean {
  return /^[+-]?\d+$/.test(value.trim());
}

function isDuration(value: string): boolean {
  return parseDuration(value) !== undefined;
}
