import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeViolations, describeWithBrowser, launch, screenshot, type WatchedPage, watchedPage } from './browser.js';
import { openShop, type Shop } from './shop.js';

const PAGES = ['overview', 'analytics', 'logs', 'alerts', 'clients', 'models', 'what-if', 'audit', 'api'];

/** A client of the demo that sends SQL injections. */
const ATTACKER = '127.0.0.101';

describeWithBrowser('the pages', () => {
  let shop: Shop;
  let browser: Browser;
  beforeAll(async () => {
    [shop, browser] = await Promise.all([openShop(), launch()]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await shop.close();
  });

  /** A page is what is shown when nothing loads any more. */
  const show = async ({ page }: WatchedPage, where: string): Promise<void> => {
    await page.goto(`${shop.url}#/${where}`);
    await page.locator('h1').waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  };

  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' },
    phone: { width: 390 },
  } as const)) {
    it(`complain about nothing and can be used by everybody (${look})`, async () => {
      const watched = await watchedPage(browser, shop.origin, options);
      for (const name of [...PAGES, `clients?key=${ATTACKER}`]) {
        await show(watched, name);
        await screenshot(watched.page, `${name.replace(/\W.*/, '-one')}-${look}`);
        expect({ name, violations: await axeViolations(watched.page) }).toEqual({ name, violations: [] });
        const root = 'document.documentElement';
        expect({ name, isTooWide: await watched.page.evaluate(`${root}.scrollWidth > ${root}.clientWidth`) }).toEqual({
          name,
          isTooWide: false,
        });
      }
      expect(watched.complaints).toEqual([]);
      await watched.page.context().close();
    }, 90_000);
  }

  it('show what was found, where, and what to do, and let it be acknowledged', async () => {
    const { page, complaints } = await watchedPage(browser, shop.origin);
    await show({ page, complaints }, 'alerts');
    await page.getByRole('button', { name: 'sqli · GET /users', exact: true }).click();
    const drawer = page.getByRole('dialog');
    await expect.poll(() => drawer.locator('mark').first().textContent()).toContain("OR '1'='1'");
    expect(await drawer.textContent()).toContain('What to do');
    await drawer.getByText('Flow of the connection (52 features)').click();
    expect(await drawer.getByRole('group', { name: 'Flow of the connection' }).locator('tbody tr').count()).toBe(52);
    expect(await axeViolations(page)).toEqual([]);
    await screenshot(page, 'alert');
    await drawer.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('looked into: a test');
    await page.getByRole('button', { name: 'Acknowledge' }).last().click();
    await page.getByText('Acknowledged', { exact: true }).last().waitFor();
    const { items } = await shop.security.store.alerts({ acknowledged: true });
    expect(items.map(({ acknowledged }) => acknowledged)).toMatchObject([{ by: 'ada', note: 'looked into: a test' }]);
    // Several at once.
    const boxes = page.getByRole('checkbox', { name: /^Select (xss|ssti)/ });
    for (const box of await boxes.all()) await box.check();
    await page.getByRole('button', { name: 'Acknowledge 2' }).click();
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await expect.poll(async () => (await shop.security.store.alerts({ acknowledged: true })).total).toBe(3);
    await page.getByRole('button', { name: 'Acknowledged' }).click();
    await page.getByText('looked into: a test').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('exempt what is no attack, after showing what else that lets through, and undo it', async () => {
    const { page, complaints } = await watchedPage(browser, shop.origin);
    await show({ page, complaints }, 'alerts');
    await page.getByRole('button', { name: 'nosqli · GET /users', exact: true }).click();
    await page.getByRole('button', { name: 'Not an attack …' }).click();
    await page.getByText('would not be alerts any more').waitFor();
    await screenshot(page, 'exemption');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Exempt', exact: true }).click();
    await page.getByText('Exempted').waitFor();
    expect(shop.security.settings.current.exemptions).toMatchObject([
      { route: 'GET /users', category: 'nosqli', by: 'ada' },
    ]);
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => shop.security.settings.current.exemptions).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('ban a client, and lift the ban', async () => {
    const { page, complaints } = await watchedPage(browser, shop.origin);
    await show({ page, complaints }, `clients?key=${ATTACKER}`);
    await page.getByRole('button', { name: 'Ban …' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('injections');
    await page.getByRole('button', { name: 'Ban', exact: true }).click();
    await page.getByText('banned until').first().waitFor();
    expect(shop.security.bans.of(null, ATTACKER)).toMatchObject({ by: 'ada', reason: 'injections' });
    await page.getByRole('button', { name: 'Lift the ban' }).first().click();
    await expect.poll(() => shop.security.bans.of(null, ATTACKER)).toBe(null);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('filter the log and export what is shown', async () => {
    const { page, complaints } = await watchedPage(browser, shop.origin);
    await show({ page, complaints }, 'logs?category=traversal');
    const rows = await page.locator('tbody tr').count();
    expect(rows).toBeGreaterThan(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV of this view' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.length - 1).toBe((await shop.security.store.logs({ category: 'traversal' })).total);
    await page.getByRole('combobox', { name: 'Level' }).selectOption('low');
    await expect.poll(() => page.url()).toContain('level=low');
    await page.getByText('No request matches').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('show what other thresholds would change, change them, and write down who did', async () => {
    const { page, complaints } = await watchedPage(browser, shop.origin);
    await show({ page, complaints }, 'what-if');
    await page.getByRole('slider', { name: /Critical/ }).fill('0.95');
    await page.getByText('High', { exact: true }).first().waitFor();
    await screenshot(page, 'what-if-tried');
    await page.getByRole('button', { name: 'Apply …' }).click();
    await page.getByRole('button', { name: 'Apply these thresholds' }).click();
    await page.getByText('The thresholds hold now').waitFor();
    expect(shop.security.thresholds.critical).toBe(0.95);
    await page.getByRole('button', { name: 'Monitor' }).click();
    await page.getByRole('button', { name: 'Switch to Monitor' }).click();
    await expect.poll(() => shop.security.mode).toBe('monitor');
    await show({ page, complaints }, 'audit');
    await page.getByText('"critical":0.95').first().waitFor();
    await screenshot(page, 'audit-changes');
    expect(complaints).toEqual([]);
  }, 60_000);

  it('run the golden self-test', async () => {
    const { page, complaints } = await watchedPage(browser, shop.origin);
    await show({ page, complaints }, 'models');
    await page.getByRole('button', { name: 'Run the golden self-test' }).click();
    await page.getByText('All models answer as they did').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('show an alert as it happens', async () => {
    const { page, complaints } = await watchedPage(browser, shop.origin);
    await show({ page, complaints }, 'overview');
    await page.getByText('Live', { exact: true }).waitFor();
    await fetch(`${shop.origin}/items?id=${encodeURIComponent('1; DROP TABLE users;--')}`);
    await page.getByRole('button', { name: 'sqli · GET /items' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);
});
