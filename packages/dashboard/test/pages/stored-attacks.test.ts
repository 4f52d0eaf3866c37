import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiSecurity, createApiSecurity, memoryStore, silentLogger } from '@api-security/core';
import { alertOf, assessmentOf, fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dashboard } from '../../src/index.js';
import { attackTexts } from './attack-texts.js';
import { describeWithBrowser, launch, watchedPage } from './browser.js';

/** Rows on a page of the log. */
const ROWS = 25;
/** Every so many-th page one request is opened, with all that is known of it. */
const OPEN_EVERY = 8;
const START = Date.UTC(2026, 0, 1);

describeWithBrowser('stored attacks', () => {
  let security: ApiSecurity;
  let browser: Browser;
  let origin: string;
  let texts: readonly string[];
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    texts = attackTexts();
    const models = writeFakeModels();
    const store = memoryStore({ maxAssessments: texts.length, maxAlerts: texts.length });
    security = createApiSecurity({ models: models.directory, runtime: fakeRuntime(), logger: silentLogger, store });
    await security.ready();
    // Each text wherever somebody who attacks can write something.
    const assessments = texts.map((text, i) => {
      const sample = assessmentOf({ at: START + i });
      const [evidence] = sample.evidence;
      return {
        ...sample,
        tenant: i % 7 === 0 ? text : null,
        client: { key: text, address: text },
        request: { method: text, route: text, path: text, headers: [[text, text]] as const, userAgent: text },
        evidence:
          evidence === undefined
            ? []
            : [{ ...evidence, place: text, excerpt: text, decoded: text, from: 0, to: text.length }],
        recommendation: text,
      };
    });
    const alerts = assessments.map((assessment) => {
      return alertOf({
        assessment,
        acknowledged: { at: START, by: assessment.client.key, note: assessment.client.key },
      });
    });
    await store.append({ assessments, alerts });
    const pages = dashboard(security, { authorize: () => ({ actor: 'ada', can: ['read'] }) });
    const server = createServer((request, response) => pages(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launch();
    closing.push(
      () => pages.close(),
      () => browser.close(),
      () => server.closeAllConnections(),
      () => server.close(),
      () => security.close(),
      () => models.remove(),
    );
  }, 60_000);
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('are shown and nothing of them runs or is fetched', async () => {
    const { page, complaints } = await watchedPage(browser, origin);
    await page.goto(`${origin}/#/logs`);
    let shown = 0;
    for (let number = 0; shown < texts.length; number++) {
      const rows = page.locator('tbody tr');
      await expect.poll(() => page.getByText(/of [\d,]+\+?$/).textContent()).toBeTruthy();
      await rows.first().waitFor();
      shown += await rows.count();
      if (number % OPEN_EVERY === 0) {
        await rows.first().getByRole('button').click();
        await page.getByText('Headers', { exact: true }).click();
        await page.getByText('Flow of the connection (52 features)').click();
        await page.keyboard.press('Escape');
      }
      if (shown >= texts.length) break;
      const first = await rows.first().textContent();
      await page.locator('.pager').getByRole('button', { name: 'Older', exact: true }).click();
      await expect.poll(() => rows.first().textContent(), { timeout: 5_000, interval: 10 }).not.toBe(first);
    }
    expect(shown).toBeGreaterThanOrEqual(texts.length - ROWS);
    for (const where of [
      'overview',
      'analytics',
      'alerts',
      'clients',
      `clients?key=${encodeURIComponent(texts[0] ?? '')}`,
    ]) {
      await page.goto(`${origin}/#/${where}`);
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    }
    await page.getByRole('navigation').getByRole('link', { name: 'Alerts' }).click();
    await page.getByRole('button', { name: 'Acknowledged', exact: true }).click();
    await page.locator('.alerts li').first().waitFor();
    expect(
      await page.evaluate(
        `document.querySelectorAll('script:not([src]), iframe, object, embed, form[action], main img').length`,
      ),
    ).toBe(0);
    expect(complaints).toEqual([]);
  }, 300_000);

  it('stand in the CSV as texts, not as formulas', async () => {
    const csv = await (await fetch(`${origin}/api/logs.csv`)).text();
    const cells = cellsOf(csv.replace(/^\ufeff/, ''));
    expect(cells.length).toBeGreaterThan(texts.length);
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });
});

/** The cells of a CSV, as a spreadsheet reads them. */
function cellsOf(csv: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain] of csv.matchAll(/(?:^|[,\n])(?:"((?:[^"]|"")*)"|([^,\n]*))/g)) {
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  }
  return cells;
}
