import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CONNECTOR_CATALOGUE } from '../../engine/connectors/catalogue.ts';
import type { OptionDescriptor } from '../../engine/connectors/connector-descriptor.ts';
import type { ConfigOption } from '../../engine/table/catalog/config-option.ts';
import { CONFIG_OPTIONS } from '../../engine/table/catalog/config-options.ts';
import { RESERVED_WORDS, UNRESERVED_KEYWORDS } from '../../engine/table/parser/keywords.ts';
import { code, GENERATED, row, table } from './markdown.ts';
import { isSupported, refusalOf } from './planned-samples.ts';

/** docs/sql/connectors.md */
export function connectorsPage(): string {
  return `# Connectors and formats

${GENERATED}

\`#\` stands for the name of a column. Options of a format have its name before them: \`csv.field-delimiter\`.

${table(['connector or format', 'options'], connectorRows())}
`;
}

/** docs/sql/options.md */
export function optionsPage(): string {
  return `# Options of SET

${GENERATED}

${configOptions()}
`;
}

/** docs/sql/keywords.md */
export function keywordsPage(): string {
  return `# Words and signs

${GENERATED}

Names are case-sensitive, keywords are not. A name that is reserved, or has other signs than letters, digits, \`_\` and \`$\`, stands between back-ticks;
a back-tick inside is doubled. Texts stand between single quotes, and a quote inside is doubled.

| written | is |
|---|---|
| ${code("'it''s'")} | a text |
| ${code("U&'\\00e9'")}, ${code("U&'!00e9' UESCAPE '!'")} | a text with characters by their numbers |
| ${code("x'0aff'")} | bytes |
| \`1\`, \`1.5\`, \`1e3\` | an INT or BIGINT, a DECIMAL, a DOUBLE |
| ${code("DATE '2024-03-01'")}, ${code("INTERVAL '1' DAY")} | times and intervals |
| ${code('`two words`')} | a name |
| \`-- ...\`, \`// ...\`, \`/* ... */\` | comments |
| ${code("/*+ OPTIONS('k' = 'v') */")} | a hint |

Operators from the tightest to the loosest, each grouping to the left:

| operators |
|---|
| \`a.b\`, \`a[1]\` |
| \`-a\`, \`+a\` |
| ${code('*')}, \`/\`, \`%\`, ${code('||')} |
| \`+\`, \`-\` |
| \`BETWEEN\`, \`IN\`, \`LIKE\`, \`SIMILAR TO\` |
| \`=\`, \`<>\`, \`<\`, \`<=\`, \`>\`, \`>=\`, \`IS DISTINCT FROM\` |
| \`IS NULL\`, \`IS TRUE\`, ... |
| \`NOT\` |
| \`AND\` |
| \`OR\` |

## Reserved words

${words(RESERVED_WORDS)}

## Words that may be names

${words(UNRESERVED_KEYWORDS)}
`;
}

function words(list: ReadonlySet<string>): string {
  return [...list].sort().map(code).join(', ');
}

function connectorRows(): string[] {
  const formats = CONNECTOR_CATALOGUE.formats.filter(({ format }) =>
    isSupported(
      format,
      refusalOf(
        `CREATE TABLE z (n BIGINT) WITH ('connector' = 'filesystem', 'path' = '/z', 'format' = '${format}'); SELECT n FROM z`,
      ),
    ),
  );
  const named = formats.map(({ format }) => code(format)).join(', ');
  const connectors = CONNECTOR_CATALOGUE.connectors.map((descriptor) => {
    const { connector, description, options, formatOption } = descriptor;
    const sides = ['source' in descriptor && 'read', 'sink' in descriptor && 'written'].filter(Boolean);
    const format = formatOption === undefined ? [] : [`${code(formatOption)} (required): ${named}`];
    return row(
      `${code(connector)} (${sides.join(' and ')}): ${description}`,
      [...format, ...options.map(optionText)].join('<br>'),
    );
  });
  return [
    ...connectors,
    ...formats.map(({ format, description, options }) =>
      row(`format ${code(format)}: ${description}`, options.map(optionText).join('<br>')),
    ),
  ];
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
