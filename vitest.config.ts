import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import { FLAGS, chromiumPath } from './scripts/find-chromium.mjs';
import viteConfig from './vite.config.ts';

/** Three projects by file name: `*.test.ts` in Node, `*.browser.test.ts` in Chromium, `*.e2e.test.ts` drives Chromium. */
export default defineConfig((env) =>
  mergeConfig(
    viteConfig(env),
    defineConfig({
      test: {
        projects: [
          {
            extends: true,
            test: {
              name: 'unit',
              include: ['test/**/*.test.ts'],
              exclude: ['**/*.{browser,e2e}.test.ts'],
              environment: 'node',
              testTimeout: 60_000, // properties take seconds, and more where other work shares the processors
            },
          },
          {
            extends: true,
            test: {
              name: 'browser',
              include: ['test/**/*.browser.test.ts'],
              browser: {
                enabled: true,
                headless: true,
                screenshotFailures: false,
                provider: playwright({ launchOptions: { executablePath: chromiumPath(), args: FLAGS } }),
                instances: [{ browser: 'chromium' }],
              },
            },
          },
          {
            extends: true,
            test: {
              name: 'e2e',
              include: ['test/**/*.e2e.test.ts'],
              environment: 'node',
              globalSetup: ['test/e2e/setup.ts'],
              sequence: { groupOrder: 1 }, // after the others: these measure time and want the machine
              testTimeout: 30_000,
              hookTimeout: 60_000,
              fileParallelism: false,
            },
          },
        ],
      },
    }),
  ),
);
