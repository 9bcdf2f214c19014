import { formatScript } from '../../engine/table/parser/format.ts';
import { code, GENERATED, sqlBlock } from './markdown.ts';
import { isSupported, refusalOf, refusals, TYPE_SAMPLES } from './planned-samples.ts';
import { CLAUSES, STATEMENTS, TABLES, type Sample } from './sql-samples.ts';

/** docs/sql/statements.md */
export function statementsPage(): string {
  const reasons = STATEMENTS.map(([, sql]) => refusalOf(sql));
  return page(
    'Statements',
    'Every example is planned against the tables at the end of the page, and what a session does by itself is done.',
    STATEMENTS,
    reasons,
  );
}

/** docs/sql/queries.md */
export function queriesPage(): string {
  const reasons = refusals(CLAUSES.map(([, sql]) => sql));
  return page(
    'Queries',
    'Every example is planned against the tables at the end of the page.',
    CLAUSES,
    reasons,
  );
}

/** docs/sql/types.md */
export function typesPage(): string {
  const reasons = refusals(TYPE_SAMPLES.map(([, sql]) => sql));
  const supported = TYPE_SAMPLES.filter(([name], i) => isSupported(name, reasons[i]));
  const refused = TYPE_SAMPLES.filter((sample) => !supported.includes(sample));
  const names = (samples: readonly Sample[]): string => samples.map(([name]) => code(name)).join(', ');
  return `# Types of columns

${GENERATED}

${names(supported)}.
${refused.length > 0 ? `\nNot supported: ${names(refused)}.\n` : ''}`;
}

function page(
  title: string,
  intro: string,
  samples: readonly Sample[],
  reasons: readonly (string | undefined)[],
): string {
  const works = samples.map(([name], i) => isSupported(name, reasons[i]));
  const part = (isWorking: boolean): string =>
    samples
      .flatMap(([name, sql], i) => (works[i] === isWorking ? [section(name, sql, reasons[i])] : []))
      .join('\n\n');
  const refused = works.includes(false)
    ? `\n## Not supported\n\nThese are read and checked, and refused with their place.\n\n${part(false)}\n`
    : '';
  return `# ${title}

${GENERATED} ${intro}

${part(true)}
${refused}
## Tables of the examples

${sqlBlock(formatScript(TABLES))}
`;
}

function section(name: string, sql: string, reason: string | undefined): string {
  const why = reason === undefined ? '' : `\n\n> ${reason.replaceAll('\n', ' ')}`;
  return `### ${name}\n\n${sqlBlock(formatScript(sql))}${why}`;
}
