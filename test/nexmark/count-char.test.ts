import { describe, expect, test } from 'vitest';
import { createCountChar, q14WithFunction, type CountChar } from './count-char.ts';
import { digestOf, FLINK_DIGESTS } from './result-digest.ts';

describe("Nexmark's q14 with count_char as a function of a user gives the rows that Flink gives", () => {
  for (const form of ['per_row', 'whole_column'] satisfies CountChar[]) {
    test(form, { timeout: 60_000 }, async () => {
      const digest = await digestOf(q14WithFunction(), 1, (environment) =>
        createCountChar(environment, form),
      );
      expect(digest).toEqual(FLINK_DIGESTS.q14);
    });
  }
});
