import { describe, expect, test } from 'vitest';
import { NEXMARK_QUERIES } from '../../ui/examples/nexmark.ts';
import { digestOf, FLINK_DIGESTS } from './result-digest.ts';

describe('half a million Nexmark events give the rows that Flink gives', () => {
  for (const { id, sql } of NEXMARK_QUERIES.filter((query) => query.id in FLINK_DIGESTS)) {
    const parallelism = id === 'q3' || id === 'q12' || id === 'q17' ? 2 : 1;
    test(`${id}, parallelism ${parallelism}`, { timeout: 60_000 }, async () => {
      expect(await digestOf(sql, parallelism)).toEqual(FLINK_DIGESTS[id]);
    });
  }
});
