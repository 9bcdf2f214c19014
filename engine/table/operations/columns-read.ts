/** Which columns an expression names, before anything is resolved. */

import type { Expression } from '../parser/ast.ts';

/** First parts of all column paths: what would be missed if a column of that name went away. */
export function columnsRead(expression: Expression): Set<string> {
  const names = new Set<string>();
  collect(expression, names);
  return names;
}

function collect(value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, names);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if ('kind' in value && value.kind === 'ColumnPath' && 'parts' in value) {
    const [first] = value.parts as readonly { readonly name: string }[];
    if (first) names.add(first.name);
    return;
  }
  for (const item of Object.values(value)) collect(item, names);
}
