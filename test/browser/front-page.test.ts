import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { TestApi } from '../support/api.js';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let api: TestApi;
let browser: BrowserContext;
const profile = mkdtempSync(join(tmpdir(), 'browser-'));
beforeAll(async () => {
  api = await TestApi.start();
  browser = await chromium.launchPersistentContext(profile, { executablePath: '/usr/bin/chromium', args: FLAGS });
});
afterAll(async () => {
  await browser.close();
  await api.stop();
  rmSync(profile, { recursive: true, force: true });
});

test('the front page says what this is, without a key, and leads to the reference', async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(api.url);
  expect(await page.title()).toBe('Maintenance calendar');
  expect(await page.textContent('h1')).toBe('Maintenance calendar');
  expect(await page.textContent('pre')).toContain(`${api.url}/months/`);
  await page.click('text=Reference');
  await page.waitForSelector('#operations-Calendar-ScheduleMaintenance');
  expect(errors).toEqual([]);
});
