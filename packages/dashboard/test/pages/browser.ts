import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';

/** Where the distributions put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const SCREENSHOTS = join(import.meta.dirname, '../../test-results');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const executablePath = [process.env.CHROMIUM_PATH ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
const isLeftOut = executablePath === undefined && !process.env.CI;
if (isLeftOut)
  process.stderr.write('LEFT OUT: tests of the pages, because there is no Chromium (or set CHROMIUM_PATH).\n');

/** Tests in a real browser. Where there is none they are left out, and that is said; in CI they fail. */
export const describeWithBrowser: typeof describe.skip = isLeftOut ? describe.skip : describe;

/** A page under watch: everything that a good page never does is written down. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, dialogs, violations of the policy, and requests to anywhere else. */
  readonly complaints: string[];
}

export function launch(): Promise<Browser> {
  if (executablePath === undefined)
    throw new Error('There is no Chromium: apt-get install chromium, or set CHROMIUM_PATH.');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
}

/** @param origin - the only one that may be asked for anything */
export async function watchedPage(
  browser: Browser,
  origin: string,
  look: { readonly width?: number; readonly colorScheme?: 'light' | 'dark' } = {},
): Promise<WatchedPage> {
  const { width = 1360, colorScheme = 'light' } = look;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, timezoneId: 'UTC' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:')) complaints.push(`request: ${url}`);
  });
  await page.exposeFunction('complain', (text: string) => complaints.push(text));
  // As a text: what runs in the browser has other types around it.
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => complain(`policy: ${event.violatedDirective} ${event.blockedURI}`))",
  );
  return { page, complaints };
}

/** What axe finds wrong with what is shown now. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Kept for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  // What is over a page stays where it is seen.
  const fullPage = (await page.locator('dialog[open]').count()) === 0;
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
}
