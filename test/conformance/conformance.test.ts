import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { caseName, knownCases } from './known.ts';
import { caseFiles, judge } from './main.ts';

const KNOWN = knownCases(new URL('../conformance-known.txt', import.meta.url));
const FOLDERS = ['../shared/conformance', '../shared/nexmark/cases'].filter((folder) => existsSync(folder));
const files = FOLDERS.flatMap((folder) => caseFiles([folder]));

describe('cases with the answers of Apache Flink', () => {
  for (const file of files) {
    const name = caseName(file);
    const reason = KNOWN.get(name);
    if (reason === undefined) {
      test(name, { timeout: 60_000 }, async () => {
        const { status, detail } = await judge(file);
        expect(status, detail).toBe('pass');
      });
    } else {
      test(`${name} does not pass yet: ${reason}`, { timeout: 60_000 }, async () => {
        expect((await judge(file)).status, 'it passes now: take it off conformance-known.txt').not.toBe(
          'pass',
        );
      });
    }
  }

  test.runIf(files.length > 0)('every listed case is there, with a reason', () => {
    const names = new Set(files.map(caseName));
    for (const [name, reason] of KNOWN) {
      expect(names).toContain(name);
      expect(reason).not.toBe('');
    }
  });
});
