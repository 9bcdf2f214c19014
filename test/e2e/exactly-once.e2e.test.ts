import { expect, inject, test } from 'vitest';
import { runChaos } from '../chaos/chaos.ts';

test(
  'nothing is lost and nothing comes twice over 20 killed workers, 20 reloads and 5 killed browsers',
  { timeout: 600_000 },
  async () => {
    const lines: string[] = [];
    const plan = { workers: 20, reloads: 20, browsers: 5, seed: 20261125 };
    const report = await runChaos(inject('baseUrl'), plan, (line) => lines.push(line));
    expect(report.unexpected, lines.join('\n')).toEqual([]);
    expect(report.missing, lines.join('\n')).toEqual([]);
    expect(report.rows).toBeGreaterThan(1000);
  },
);
