/**
 * A conformance case: one question and the answer that Apache Flink gave to it, as sections of a plain text file.
 *
 * A section starts with a line `--- NAME [ARGUMENT]` and runs to the next such line. What a section holds is
 * described where the cases are kept; this file only takes them apart and puts them together again.
 */
export interface Case {
  readonly about: string;
  readonly options: Readonly<Record<string, string>>;
  /** Input files by name, verbatim. */
  readonly files: Readonly<Record<string, string>>;
  readonly sql: string;
  readonly query: string;
  readonly answer: Answer;
}

export interface Answer {
  readonly changelog?: { readonly rows: readonly ChangeLine[]; readonly ordered: boolean };
  readonly table?: { readonly rows: readonly Cells[]; readonly ordered: boolean };
  readonly error?: { readonly phase: Phase; readonly text: string };
  /** Text of a plan, where the case asks for one. */
  readonly plan?: string;
}

export type Phase = 'parse' | 'validate' | 'run';
export type Cells = readonly (string | null)[];
export interface ChangeLine {
  readonly kind: string;
  readonly cells: Cells;
}

const HEADING = /^--- (\w+)(?: (.*))?$/;
const PHASES: readonly string[] = ['parse', 'validate', 'run'] satisfies Phase[];

/** Throws an Error with the line number if the text is not a case. */
export function parseCase(text: string): Case {
  const sections = sectionsOf(text);
  const one = (name: string): string => sections.find((section) => section.name === name)?.body ?? '';
  const answer: { -readonly [K in keyof Answer]: Answer[K] } = {};
  for (const { name, argument, body, line } of sections) {
    const ordered = argument === 'ordered';
    if (name === 'changelog')
      answer.changelog = { ordered, rows: linesOf(body).map((row) => changeOf(row, line)) };
    if (name === 'table') answer.table = { ordered, rows: linesOf(body).map((row) => cellsOf(row, line)) };
    if (name === 'plan') answer.plan = body.trimEnd();
    if (name === 'error') answer.error = errorOf(body, line);
  }
  if (!one('query')) throw new Error('A case needs a section "query".');
  const options = linesOf(one('set')).map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return [entry.slice(0, equals).trim(), entry.slice(equals + 1).trim()];
  });
  const files = sections
    .filter((section) => section.name === 'file')
    .map((file): [string, string] => [file.argument, file.body]);
  return {
    about: one('about').trim(),
    options: Object.fromEntries(options),
    files: Object.fromEntries(files),
    sql: one('sql'),
    query: one('query').trim(),
    answer,
  };
}

/** The text of a case with another answer: what `--complete` writes. */
export function withAnswer(text: string, answer: Answer): string {
  const kept = sectionsOf(text).filter(({ name }) => !['changelog', 'table', 'error', 'plan'].includes(name));
  let result = kept
    .map(({ name, argument, body }) => `--- ${name}${argument ? ` ${argument}` : ''}\n${body}`)
    .join('');
  if (answer.error) result += `--- error\n${answer.error.phase}\n${answer.error.text}\n`;
  if (answer.changelog) {
    const { ordered, rows } = answer.changelog;
    result += `--- changelog${ordered ? ' ordered' : ''}\n${rows.map((row) => `${lineOf(row)}\n`).join('')}`;
  }
  if (answer.table) {
    const { ordered, rows } = answer.table;
    result += `--- table${ordered ? ' ordered' : ''}\n${rows.map((cells) => `${textOf(cells)}\n`).join('')}`;
  }
  return result;
}

/** `+I ["1", null]`. */
export function lineOf({ kind, cells }: ChangeLine): string {
  return `${kind} ${textOf(cells)}`;
}

export function textOf(cells: Cells): string {
  return `[${cells.map((cell) => JSON.stringify(cell)).join(', ')}]`;
}

interface Section {
  readonly name: string;
  readonly argument: string;
  body: string;
  readonly line: number;
}

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  text.split('\n').forEach((content, i, all) => {
    const heading = HEADING.exec(content);
    if (heading) {
      sections.push({ name: heading[1]!, argument: heading[2] ?? '', body: '', line: i + 1 });
      return;
    }
    const section = sections.at(-1);
    if (!section) throw new Error(`Line ${i + 1}: text before the first section.`);
    if (i < all.length - 1 || content) section.body += `${content}\n`;
  });
  return sections;
}

function linesOf(body: string): string[] {
  return body.split('\n').filter((line) => line.trim());
}

function changeOf(text: string, line: number): ChangeLine {
  const kind = text.slice(0, 2);
  if (!['+I', '-U', '+U', '-D'].includes(kind))
    throw new Error(`Section at line ${line}: "${text}" has no row kind.`);
  return { kind, cells: cellsOf(text.slice(3), line) };
}

function cellsOf(text: string, line: number): Cells {
  const cells: unknown = JSON.parse(text);
  if (!Array.isArray(cells)) throw new Error(`Section at line ${line}: "${text}" is no row.`);
  return cells as Cells;
}

function errorOf(body: string, line: number): { phase: Phase; text: string } {
  const [phase = '', ...text] = body.trim().split('\n');
  if (!PHASES.includes(phase)) throw new Error(`Section at line ${line}: "${phase}" is no phase.`);
  return { phase: phase as Phase, text: text.join('\n') };
}
