import { expect, test } from 'vitest';
import { fuzz } from './main.ts';

test('random scripts and calls come to values, to refusals with their place, or to failures that say why', () => {
  const { counts, findings } = fuzz(800, 7);
  expect(findings).toEqual([]);
  for (const outcome of ['scripts planned', 'scripts refused', 'calls with a value', 'calls with a refused'])
    expect(counts[outcome], outcome).toBeGreaterThan(5);
});
