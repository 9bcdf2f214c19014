import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chromiumPath, FLAGS } from '../../scripts/find-chromium.mjs';
import type { ConsoleElement } from '../../ui/components/mr-console.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
});
afterAll(() => browser.close());

async function openPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ locale: 'en-US', ...options });
  await page.goto(inject('baseUrl'));
  await page.locator('mr-sql-editor .cm-content').waitFor();
  return page;
}

const cells = (page: Page) => page.locator('mr-result-table tbody tr');

describe('the page', () => {
  test('shows rows of the first example soon after the first click', async () => {
    const page = await openPage();
    await page.getByRole('button', { name: /Run/ }).click();
    await cells(page).first().waitFor();
    await expect.poll(() => cells(page).count()).toBeGreaterThan(3);
    await page.getByRole('tab', { name: 'Changelog' }).click();
    expect(await cells(page).first().locator('td').first().textContent()).toBe('+I');
    await expect
      .poll(() => page.locator('mr-checkpoints tbody tr').count(), { timeout: 15_000 })
      .toBeGreaterThan(0);
    expect(await page.locator('mr-job-graph svg rect.node').count()).toBeGreaterThan(1);
    await page.close();
  });

  test('goes on from the last checkpoint when a TaskManager is killed', async () => {
    const page = await openPage();
    await page.getByRole('button', { name: /Run/ }).click();
    await expect
      .poll(() => page.locator('mr-checkpoints tbody tr').count(), { timeout: 15_000 })
      .toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Kill a TaskManager' }).click();
    await expect
      .poll(() => page.locator('dl.facts').textContent(), { timeout: 20_000 })
      .toMatch(/RUNNING[\s\S]*Restarts\s*1/);
    await page.close();
  });

  test('finds the job again after a reload', async () => {
    const page = await openPage();
    await page.getByRole('button', { name: /Run/ }).click();
    await expect
      .poll(() => page.locator('mr-checkpoints tbody tr').count(), { timeout: 15_000 })
      .toBeGreaterThan(0);
    await page.reload();
    await expect.poll(() => page.locator('dl.facts').textContent(), { timeout: 20_000 }).toContain('RUNNING');
    await expect.poll(() => cells(page).count(), { timeout: 20_000 }).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect
      .poll(() => page.locator('dl.facts').textContent(), { timeout: 20_000 })
      .toContain('CANCELED');
    await page.close();
  });

  test('underlines a mistake and says where it is', async () => {
    const page = await openPage();
    await page.evaluate(() => {
      document.querySelector('millrace-app')!.shadowRoot!.querySelector<ConsoleElement>('mr-console')!.text =
        'SELECT a\nFORM t';
    });
    await page.getByRole('button', { name: /Run/ }).click();
    await page.getByRole('button', { name: 'Line 2, column 1' }).waitFor();
    await page.locator('mr-sql-editor .cm-lintRange-error').first().waitFor();
    await page.close();
  });

  test('speaks Chinese', async () => {
    const page = await openPage({ locale: 'zh-CN' });
    await page.getByRole('button', { name: /运行/ }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    await page.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      test(`has nothing that axe objects to, ${colorScheme}, ${width} pixels wide`, async () => {
        const page = await openPage({ colorScheme, viewport: { width, height: 800 } });
        await page.getByRole('button', { name: /Run/ }).click();
        await cells(page).first().waitFor();
        await page.locator('mr-job-graph svg').waitFor();
        await page.evaluate(axe.source);
        const violations = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
          return violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
          );
        });
        expect(violations).toEqual([]);
        await page.close();
      });
    }
  }

  test('can be used from the keyboard alone', async () => {
    const page = await openPage();
    await page.locator('mr-sql-editor .cm-content').focus();
    await page.keyboard.press('Control+Enter');
    await cells(page).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab'); // leaves the editor
    await expect
      .poll(() =>
        page.evaluate(
          () =>
            document.querySelector('millrace-app')!.shadowRoot!.querySelector('mr-console')!.shadowRoot!
              .activeElement?.id,
        ),
      )
      .toBe('tab-table');
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => page.getByRole('tab', { name: 'Changelog' }).getAttribute('aria-selected'))
      .toBe('true');
    await page.close();
  });
});
