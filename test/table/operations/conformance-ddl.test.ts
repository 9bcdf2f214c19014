import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lines, run, session } from './run-statements.ts';

// Cases whose question is DDL, DESCRIBE or SHOW, with the answers of Flink; they live beside the repository, if at all.
const folder = new URL('../../../../shared/conformance/', import.meta.url);
const cases = existsSync(folder) ? ['ddl', 'ddl-time', 'errors'].flatMap((name) => casesIn(name)) : [];

function casesIn(name: string) {
  const files = new URL(`${name}/`, folder);
  if (!existsSync(files)) return [];
  return readdirSync(files)
    .filter((file) => file.endsWith('.case'))
    .map((file) => ({ name: `${name}/${file}`, ...sections(readFileSync(new URL(file, files), 'utf8')) }))
    .filter(({ query }) => /^\s*(DESCRIBE|SHOW|CREATE|DROP)\b/.test(query));
}

function sections(text: string) {
  const found = Object.fromEntries(
    text
      .split(/^--- /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return [part.slice(0, end).split(' ')[0] ?? '', part.slice(end + 1)];
      }),
  ) as Record<string, string>;
  return {
    sql: found['sql'] ?? '',
    query: found['query'] ?? '',
    changelog: found['changelog'] ?? '',
    error: found['error'],
  };
}

describe('cases that Flink has answered', () => {
  test.runIf(cases.length > 0)('there are some', () => expect(cases.length).toBeGreaterThan(8));

  test.each(cases)('$name', ({ sql, query, changelog, error }) => {
    const executor = session();
    run(executor, sql);
    if (error !== undefined) {
      expect(() => run(executor, query)).toThrowError();
      return;
    }
    const expected = changelog
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line.replace(/^\+I /, '')) as unknown);
    expect(lines(run(executor, query)).map((line) => JSON.parse(line) as unknown)).toEqual(expected);
  });
});
