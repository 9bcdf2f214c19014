import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { CONNECTOR_CATALOGUE } from '../../engine/connectors/catalogue.ts';
import type { OptionDescriptor } from '../../engine/connectors/connector-descriptor.ts';
import type { ConfigOption } from '../../engine/table/catalog/config-option.ts';
import { CONFIG_OPTIONS } from '../../engine/table/catalog/config-options.ts';
import { functionSupport, type FunctionSupport } from './function-support.ts';
import { CLAUSES, STATEMENTS, TABLES, TYPES, type Sample } from './sql-samples.ts';

const environment = new TableEnvironment({
  cluster: () => Promise.reject(new Error('nothing runs here')),
});

/** docs/sql.md: what the tables in the code say, and what the planner makes of samples. */
export function sqlPage(): string {
  const functions = functionSupport(refusals);
  return `# SQL that works today

\`node scripts/docs.mjs\` writes this page from the tables in the code, and by planning a sample of everything; a test compares.
The language is Flink SQL 2.3, streaming mode; [differences.md](differences.md) says what runs otherwise. What is under "not supported" is refused, with its place in the text.

## Statements

${twoLists(STATEMENTS, STATEMENTS.filter(isPlannedAlone))}

## Queries

${twoLists(CLAUSES, planned(CLAUSES))}

## Types of columns

${twoLists(TYPE_SAMPLES, planned(TYPE_SAMPLES))}

## Functions and operators

| group | supported |
|---|---|
${functionRows(functions)}

Not supported:

${refusedFunctions(functions)}

## Connectors and formats

\`#\` stands for the name of a column. Options of a format have its name before them: \`csv.field-delimiter\`.

| connector or format | options |
|---|---|
${connectorRows()}

## Options of SET

${configOptions()}
`;
}

/** Why a query is not planned, or undefined; for many queries of one session. */
function refusals(queries: readonly string[]): (string | undefined)[] {
  const { statements, errors } = environment.check(`${TABLES}${TYPED_TABLES.join('')}${queries.join(';\n')}`);
  const own = statements.slice(statements.length - queries.length);
  const reasons = own.map(({ start, end }) => {
    return errors.find(({ position }) => position && position.start >= start && position.start < end)
      ?.message;
  });
  const [first] = errors;
  if (first && !reasons.includes(first.message))
    throw new Error(`${first.message} at ${first.position?.line}`);
  return reasons;
}

/** Throws if a sample is refused for another reason than that it is not supported: then the sample is wrong. */
function isSupported(sql: string, reason: string | undefined): boolean {
  if (reason !== undefined && !/not support/i.test(reason)) throw new Error(`${sql}\n${reason}`);
  return reason === undefined;
}

/** For samples that change the session. */
function isPlannedAlone([, sql]: Sample): boolean {
  return isSupported(sql, environment.check(`${TABLES}${sql}`).errors[0]?.message);
}

function planned(samples: readonly Sample[]): Sample[] {
  const reasons = refusals(samples.map(([, sql]) => sql));
  return samples.filter(([, sql], i) => isSupported(sql, reasons[i]));
}

function twoLists(samples: readonly Sample[], supported: readonly Sample[]): string {
  const names = (of: readonly Sample[]): string => of.map(([name]) => code(name)).join(', ');
  const refused = samples.filter((sample) => !supported.includes(sample));
  return `${names(supported)}.\n\nNot supported: ${names(refused)}.`;
}

/** Tables with a column of each type. */
const TYPE_SAMPLES = TYPES.map((type, i): Sample => [type, `SELECT c FROM type_${i}`]);
const TYPED_TABLES = TYPES.map(
  (type, i) => `CREATE TABLE type_${i} (c ${type}) WITH ('connector' = 'datagen');\n`,
);

function functionRows(functions: readonly FunctionSupport[]): string {
  const groups = new Map<string, string[]>();
  for (const { definition, works, refused } of functions) {
    if (!works) continue;
    const group = definition.kind === 'over' ? 'OVER' : definition.group;
    const but = refused.length > 0 ? ` (not of ${refused.join('; ')})` : '';
    groups.set(group, [...(groups.get(group) ?? []), code(definition.name.trim()) + but]);
  }
  return [...groups].map(([group, names]) => `| ${group} | ${[...new Set(names)].join(', ')} |`).join('\n');
}

function refusedFunctions(functions: readonly FunctionSupport[]): string {
  // A name may be a function in GROUP BY and one in FROM, which the samples of queries show.
  const refused = functions.filter(({ definition, works }) => !works && definition.kind !== 'table');
  return `${[...new Set(refused.map(({ definition }) => code(definition.name)))].join(', ')}.`;
}

function connectorRows(): string {
  const formats = CONNECTOR_CATALOGUE.formats.filter(({ format }) =>
    isPlannedAlone([
      format,
      `CREATE TABLE z (n BIGINT) WITH ('connector' = 'filesystem', 'path' = '/z', 'format' = '${format}'); SELECT n FROM z`,
    ]),
  );
  const named = formats.map(({ format }) => code(format)).join(', ');
  const connectors = CONNECTOR_CATALOGUE.connectors.map((descriptor) => {
    const { connector, description, options, formatOption } = descriptor;
    const sides = ['source' in descriptor && 'read', 'sink' in descriptor && 'written'].filter(Boolean);
    const format = formatOption === undefined ? [] : [`${code(formatOption)} (required): ${named}`];
    return row(`${code(connector)} (${sides.join(' and ')}): ${description}`, [
      ...format,
      ...options.map(optionText),
    ]);
  });
  return [
    ...connectors,
    ...formats.map(({ format, description, options }) =>
      row(`format ${code(format)}: ${description}`, options.map(optionText)),
    ),
  ].join('\n');
}

function row(first: string, options: readonly string[]): string {
  return `| ${first.replaceAll('|', '\\|')} | ${options.join('<br>').replaceAll('|', '\\|')} |`;
}

function optionText({ key, required, default: fallback, values, description }: OptionDescriptor): string {
  const note = required ? ' (required)' : fallback === undefined ? '' : ` = ${code(fallback)}`;
  return `${code(key)}${note}${values ? ` of ${values.join(', ')}` : ''}: ${description}`;
}

/** Options that some part of the engine reads, by the first words of their keys; then those that SET takes and nobody reads. */
function configOptions(): string {
  const sources = engineSources();
  const read = CONFIG_OPTIONS.filter(({ key }) => sources.some((text) => reads(text, key)));
  const groups = new Map<string, ConfigOption[]>();
  for (const option of read) {
    const group = option.key
      .split('.')
      .slice(0, option.key.startsWith('table.') ? 2 : 1)
      .join('.');
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  const rows = [...groups.values()].map((options) => `| ${options.map(configText).join('<br>')} |`);
  const unread = CONFIG_OPTIONS.filter((option) => !read.includes(option)).map(({ key }) => code(key));
  return `| option = default |\n|---|\n${rows.join('\n')}\n\nChecked by SET, and without effect: ${unread.join(', ')}.`;
}

function configText({ key, default: fallback, values, description }: ConfigOption): string {
  const choice = values ? ` of ${values.join(', ')}` : '';
  return `${code(key)}${fallback === undefined ? '' : ` = ${code(fallback)}`}${choice}: ${description}`;
}

/** The texts of all modules that may read an option. */
function engineSources(): string[] {
  return readdirSync('engine', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('config-options.ts'))
    .map((file) => readFileSync(path.join('engine', file), 'utf8'));
}

/** Whether a module has a key in quotes, or its first words in quotes and the others behind a prefix: `${prefix}.delay`. */
function reads(text: string, key: string): boolean {
  if (text.includes(`'${key}'`)) return true;
  return [...key.matchAll(/\./g)].some(
    ({ index }) => text.includes(`'${key.slice(0, index)}'`) && text.includes(`}${key.slice(index)}\``),
  );
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
