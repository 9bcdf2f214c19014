import { readFileSync } from 'node:fs';

/** Cases that do not pass yet, by path behind the last `conformance/` or `nexmark/`, each with its reason. */
export function knownCases(file: URL): ReadonlyMap<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const known = lines
    .filter((line) => line.trim() && !line.startsWith('#'))
    .map((line): [string, string] => {
      const [name = '', ...reason] = line.split('  ');
      return [name, reason.join(' ').trim()];
    });
  return new Map(known);
}

/** `joins/left.case`, wherever the folder lies. */
export function caseName(path: string): string {
  return path.replaceAll('\\', '/').split('/').slice(-2).join('/');
}
