import { functionNames } from '../table/functions/functions.ts';
import { expectedAt, parseScript } from '../table/parser/parser.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'keyword' | 'function' | 'name';
}

/** What may replace the text from `from` to `to`. */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
}

/** What may stand at a place of a script: keywords that the grammar takes there, functions, the tables and columns that the script creates. */
export function completionsAt(script: string, offset: number): Completions {
  const { keywords, name, expression, span } = expectedAt(script, offset);
  const items: Completion[] = keywords.map((label) => ({ label, kind: 'keyword' }));
  if (expression) items.push(...functionNames().map((label): Completion => ({ label, kind: 'function' })));
  if (name) items.push(...createdNames(script).map((label): Completion => ({ label, kind: 'name' })));
  return { from: span.start, to: span.end, items };
}

/** Tables, views and columns that a script creates. */
function createdNames(script: string): string[] {
  const names = new Set<string>();
  for (const statement of parseScript(script).statements) {
    if (statement.kind !== 'CreateTable' && statement.kind !== 'CreateView') continue;
    names.add(statement.name.parts.at(-1)!.name);
    if (statement.kind === 'CreateTable') for (const { name } of statement.columns) names.add(name.name);
  }
  return [...names];
}
