/** Material for the parser's tests: Flink's verdicts, and the cases of `../shared` where they are at hand. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Verdict {
  readonly isAccepted: boolean;
  readonly isExpression: boolean;
  readonly sql: string;
}

export const VERDICTS: readonly Verdict[] = readFileSync(
  new URL('flink-verdicts.txt', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const mark = line.slice(0, line.indexOf(' '));
    const sql = line.slice(mark.length + 1);
    const isExpression = sql.startsWith('e:');
    return {
      isAccepted: mark === 'ok' || mark === '+',
      isExpression,
      sql: isExpression ? sql.slice(2) : sql,
    };
  });

const SHARED = new URL('../../../../shared/', import.meta.url).pathname;

/** Whether the folder of shared cases is there. */
export const hasShared = existsSync(SHARED);

export interface SqlCase {
  readonly name: string;
  readonly texts: readonly string[];
  readonly failsInParse: boolean;
}

/** Every `.case` file under the shared folders, and the Nexmark queries by themselves. */
export function sharedCases(): SqlCase[] {
  const cases = [...files(join(SHARED, 'conformance')), ...files(join(SHARED, 'nexmark'))];
  return cases.flatMap((path): SqlCase[] => {
    const name = relative(SHARED, path);
    const text = readFileSync(path, 'utf8');
    if (path.endsWith('.sql')) {
      return [{ name, texts: [text.replace('${source}', "'connector' = 'nexmark'")], failsInParse: false }];
    }
    if (!path.endsWith('.case')) return [];
    const sections = new Map<string, string>();
    for (const section of text.split(/^--- /m).slice(1)) {
      const end = section.indexOf('\n');
      sections.set(section.slice(0, end).split(' ')[0]!, section.slice(end + 1));
    }
    const texts = ['sql', 'query'].flatMap((key) => sections.get(key) ?? []);
    return [{ name, texts, failsInParse: sections.get('error')?.startsWith('parse') ?? false }];
  });
}

function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

/** A tree without its places, which is what two spellings of one thing have in common. */
export function withoutSpans(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutSpans);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key, value]) => key !== 'span' && value !== undefined)
      .map(([key, value]) => [key, withoutSpans(value)]),
  );
}
