import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { formatScript } from '../../engine/table/parser/format.ts';
import { lex } from '../../engine/table/parser/lexer.ts';
import { expectedAt } from '../../engine/table/parser/parser.ts';
import { CLAUSES, STATEMENTS, TABLES } from '../docs/sql-samples.ts';
import { FUZZED, randomCall } from './fuzz-functions.ts';
import type { Random } from './random.ts';
import { FUZZ_COLUMNS } from './values.ts';

// Only CAST has types of INTERVAL.
const COLUMNS = FUZZ_COLUMNS.map(({ name, type }) =>
  type.startsWith('INTERVAL') ? `${name} AS CAST(NULL AS ${type})` : `${name} ${type}`,
).join(', ');
const SCHEMA = `${TABLES}
CREATE TABLE z (${COLUMNS}, rt TIMESTAMP(3), WATERMARK FOR rt AS rt) WITH ('connector' = 'blackhole');
CREATE TABLE q (${COLUMNS}) WITH ('connector' = 'filesystem', 'path' = '/q', 'format' = 'json');
`;
const SAMPLES = [...CLAUSES, ...STATEMENTS].map(([, sql]) => sql);
const TOKENS = [
  ...new Set(SAMPLES.flatMap((sql) => lex(sql).tokens.map(({ start, end }) => sql.slice(start, end)))),
].filter((token) => token !== '');

/** A script: of the grammar below, or a sample with tokens lost, doubled, moved and put in. */
export function randomScript(random: Random): string {
  return random.chance(0.6) ? new Grammar(random).statement() : mutated(random.pick(SAMPLES), random);
}

function mutated(sql: string, random: Random): string {
  const words = lex(sql).tokens.map(({ start, end }) => sql.slice(start, end));
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const i = random.below(words.length);
    const other = random.below(words.length);
    switch (random.below(4)) {
      case 0:
        words.splice(i, 1);
        break;
      case 1:
        words.splice(i, 0, random.pick(TOKENS));
        break;
      case 2:
        words[i] = random.pick(TOKENS);
        break;
      default:
        [words[i], words[other]] = [words[other] ?? '', words[i] ?? ''];
    }
  }
  return words.join(' ');
}

/** Statements that nearly always parse and often mean something. */
class Grammar {
  readonly #random: Random;
  #depth = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  statement(): string {
    const r = this.#random;
    switch (r.below(8)) {
      case 0:
        return `INSERT INTO ${r.pick(['o', 'z', 'fs', 'w'])} ${this.query()}`;
      case 1:
        return `CREATE TEMPORARY VIEW ${r.pick(['n1', 'w', 't'])} AS ${this.query()}`;
      case 2:
        return `EXPLAIN ${r.pick(['', 'CHANGELOG_MODE ', 'PLAN_ADVICE '])}${this.query()}`;
      default:
        return this.query();
    }
  }

  query(): string {
    const r = this.#random;
    if (++this.#depth > 4) {
      this.#depth--;
      return 'SELECT i FROM q';
    }
    const withTables = r.chance(0.1) ? `WITH c1 AS (${this.query()}) ` : '';
    let text = withTables + this.#select(withTables === '' ? [] : ['c1']);
    if (r.chance(0.15))
      text += ` ${r.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'])} ${this.#select([])}`;
    if (r.chance(0.15)) text += ` ORDER BY ${this.#expression()}${r.pick(['', ' DESC', ' NULLS LAST'])}`;
    if (r.chance(0.15)) text += ` LIMIT ${r.below(5)}`;
    this.#depth--;
    return text;
  }

  #select(tables: readonly string[]): string {
    const r = this.#random;
    const isGrouped = r.chance(0.3);
    const keys = isGrouped ? r.several(1, 2, () => this.#column()) : [];
    const items = isGrouped
      ? [...keys, ...r.several(0, 2, () => this.#aggregate())]
      : r.chance(0.1)
        ? ['*']
        : r.several(1, 3, () => this.#expression() + (r.chance(0.3) ? ` AS x${r.below(3)}` : ''));
    let text = `SELECT ${r.chance(0.1) ? 'DISTINCT ' : ''}${items.join(', ')} FROM ${this.#from(tables)}`;
    if (r.chance(0.4)) text += ` WHERE ${this.#condition()}`;
    if (isGrouped) text += ` GROUP BY ${r.chance(0.2) ? `ROLLUP (${keys.join(', ')})` : keys.join(', ')}`;
    if (isGrouped && r.chance(0.3)) text += ` HAVING ${this.#aggregate()} > 1`;
    return text;
  }

  #from(tables: readonly string[]): string {
    const r = this.#random;
    const table = (): string =>
      r.pick([
        ...tables,
        'q',
        'z',
        'q AS q1',
        't',
        'k',
        'w',
        'nowhere',
        `(${this.query()}) AS s${r.below(2)}`,
        `TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '${r.below(3)}' MINUTE))`,
        'UNNEST(ARRAY[1, 2]) AS u (e)',
        'LATERAL TABLE(twice(i))',
        't MATCH_RECOGNIZE (ORDER BY ts MEASURES A.i AS i PATTERN (A B*? C) DEFINE A AS A.i > 1)',
      ]);
    let text = table();
    if (r.chance(0.3)) {
      const kind = r.pick(['JOIN', 'LEFT JOIN', 'FULL JOIN', 'CROSS JOIN', ',']);
      text += kind === ',' ? `, ${table()}` : ` ${kind} ${table()}`;
      if (kind.endsWith('JOIN') && kind !== 'CROSS JOIN') text += ` ON ${this.#condition()}`;
    }
    return text;
  }

  #column(): string {
    const name = this.#random.pick(FUZZ_COLUMNS).name;
    return this.#random.chance(0.2) ? `${this.#random.pick(['q', 'z', 't', 'k'])}.${name}` : name;
  }

  #expression(): string {
    if (++this.#depth > 5) {
      this.#depth--;
      return this.#column();
    }
    const text = this.#anyExpression();
    this.#depth--;
    return text;
  }

  #anyExpression(): string {
    const r = this.#random;
    switch (r.below(10)) {
      case 0:
        return `CASE WHEN ${this.#condition()} THEN ${this.#expression()} ELSE ${this.#expression()} END`;
      case 1:
        return `${r.pick(['CAST', 'TRY_CAST'])}(${this.#expression()} AS ${r.pick(FUZZ_COLUMNS).type})`;
      case 2:
        return `(${this.query()})`;
      case 3:
        return `${r.pick(['SUM', 'COUNT', 'ROW_NUMBER', 'LAG'])}(${this.#column()}) OVER (PARTITION BY ${this.#column()} ORDER BY ${this.#column()})`;
      case 4:
      case 5:
        return randomCall(r.pick(FUZZED), r);
      case 6:
        return this.#condition();
      case 7:
        return r.pick([
          '1',
          '1.5',
          "'a'",
          'NULL',
          'TRUE',
          "DATE '2024-03-01'",
          "INTERVAL '1' DAY",
          'CURRENT_TIMESTAMP',
          'ROW(1, 2)',
        ]);
      default:
        return this.#column();
    }
  }

  #aggregate(): string {
    const r = this.#random;
    const name = r.pick([
      'COUNT',
      'SUM',
      'AVG',
      'MIN',
      'MAX',
      'LISTAGG',
      'COLLECT',
      'STDDEV_POP',
      'FIRST_VALUE',
      'JSON_ARRAYAGG',
    ]);
    const inner = `${r.chance(0.2) ? 'DISTINCT ' : ''}${name === 'COUNT' && r.chance(0.3) ? '*' : this.#column()}`;
    return `${name}(${inner})${r.chance(0.15) ? ` FILTER (WHERE ${this.#condition()})` : ''}`;
  }

  #condition(): string {
    const r = this.#random;
    if (++this.#depth > 6) {
      this.#depth--;
      return 'b';
    }
    const text = r.pick([
      () =>
        `${this.#expression()} ${r.pick(['=', '<>', '<', '>=', 'IS DISTINCT FROM'])} ${this.#expression()}`,
      () => `${this.#expression()} IS ${r.pick(['', 'NOT '])}NULL`,
      () =>
        `${this.#expression()} ${r.pick(['', 'NOT '])}IN (${r.several(1, 3, () => this.#expression()).join(', ')})`,
      () => `${this.#expression()} IN (${this.query()})`,
      () => `EXISTS (${this.query()})`,
      () => `${this.#expression()} BETWEEN ${this.#expression()} AND ${this.#expression()}`,
      () => `${this.#expression()} LIKE 'a%'`,
      () => `(${this.#condition()} ${r.pick(['AND', 'OR'])} ${this.#condition()})`,
      () => `NOT ${this.#condition()}`,
      () => 'b',
    ])();
    this.#depth--;
    return text;
  }
}

const environment = new TableEnvironment({ cluster: () => Promise.reject(new Error('nothing runs here')) });
const MOST_MS = 5000;

/**
 * Checks a script as the editor does.
 *
 * @returns whether it is right
 * @throws Error if it takes too long, throws, or has a mistake without its place
 */
export function tryScript(script: string): boolean {
  const started = performance.now();
  const text = SCHEMA + script;
  const { errors } = environment.check(text);
  for (const { message, position } of errors) {
    const { start = -1, end = -1, line = 0, column = 0 } = position ?? {};
    if (message === '' || line < 1 || column < 1 || start < 0 || end < start || end > text.length)
      throw new Error(`a mistake without a place: ${message}`);
  }
  const formatted = formatScript(script);
  if (formatScript(formatted) !== formatted) throw new Error('formatting twice is not formatting once');
  expectedAt(script, script.length >> 1);
  const took = performance.now() - started;
  if (took > MOST_MS) throw new Error(`it took ${Math.round(took)} ms`);
  return errors.length === 0;
}
