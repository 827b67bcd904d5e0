/** People at their browsers, each with a window and cookies of their own, and whatever went wrong in it. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { openBrowser } from './browser.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const KEPT = join(ROOT, 'test-results/e2e');
/** Of those that README.md shows; written when YILIAN_PICTURES is set. */
const PICTURES = join(ROOT, 'docs/pictures');
const README_SHOWS = ['sign-in', 'queue', 'case', 'referral', 'coverage'];

/** A window; `touch` has fingers and no pointer that hovers. */
export interface Window {
  readonly width: number;
  readonly height: number;
  readonly touch?: boolean;
}
const WIDE: Window = { width: 1440, height: 900 };
/** A loaded machine may take this long for what is there in a moment on a quiet one. */
const PATIENCE_MS = 45_000;
const PASSWORD = 'yilian-demo';

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  goto(path: string): Promise<void>;
  signIn(account: string): Promise<void>;
  /** Opens the case of a household as its row in a list leads there: in the queue, unless another list is named. */
  openCase(household: string, list?: string): Promise<void>;
  /** Opens the form of an act, fills it, sends it, and waits until it is done. */
  act(type: string, fill?: () => Promise<unknown>): Promise<void>;
  /** A field of the act's form that is open. */
  readonly field: (label: string) => Locator;
  /** Chooses in a field with a list, by typing the beginning of what stands in it. */
  pick(label: string, text: string): Promise<void>;
  caseHas(state: string): Promise<void>;
  readonly steps: (type: string) => Locator;
  /** Something will go wrong here, and is meant to. */
  plan(trouble: RegExp): void;
  /** Keeps a picture of the page. */
  picture(name: string): Promise<void>;
}

const watch = (page: Page, troubles: string[]): void => {
  page.on('pageerror', (error) => troubles.push(`error in the page: ${error.message}`));
  page.on('console', (message) => {
    // The answer that could not be loaded is told below, with its method
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      troubles.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A page that is left takes its requests back
    if (why !== 'net::ERR_ABORTED') troubles.push(`${why} ${request.method()} ${new URL(request.url()).pathname}`);
  });
  page.on('response', (response) => {
    const [status, method, path] = [response.status(), response.request().method(), new URL(response.url()).pathname];
    // Whoever is not signed in yet is told so: that is how the sign-in page comes up
    const isArrival = status === 401 && method === 'GET' && path === '/api/session';
    if (status >= 400 && !isArrival) troubles.push(`${status} ${method} ${path}`);
  });
};

const visitorOf = (page: Page, plans: RegExp[]): Visitor => {
  const field: Visitor['field'] = (label) => page.getByTestId(/^form-/).getByLabel(label);
  const steps: Visitor['steps'] = (type) => page.locator(`[data-testid="chain-step"][data-type="${type}"]`);
  return {
    page,
    context: page.context(),
    ...{ field, steps },
    async goto(path) {
      await page.goto(path);
    },
    async signIn(account) {
      await page.goto('/');
      await page.getByLabel('账号', { exact: true }).fill(account);
      await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: '登录' }).click();
      await page.getByTestId('who-am-i').waitFor();
    },
    async openCase(household, list = `/queue?q=${household}`) {
      await page.goto(list);
      const rows = page.getByTestId(/^(?:queue|case)-row$/).filter({ hasText: household });
      await rows.first().getByRole('link').first().click();
      await page.getByTestId('case-head').waitFor();
    },
    async act(type, fill) {
      await page.getByTestId(`act-${type}`).click();
      const form = page.getByTestId(`form-${type}`);
      await form.waitFor();
      await fill?.();
      await page.getByTestId(`submit-${type}`).click();
      await form.waitFor({ state: 'detached' });
    },
    async pick(label, text) {
      const list = page.getByRole('combobox', { name: label });
      await list.fill(text);
      await list.press('Enter');
      await page.locator('.ant-select-content, .ant-select-selector').filter({ hasText: text }).first().waitFor();
    },
    async caseHas(state) {
      await page.locator(`[data-testid="case-head"][data-state="${state}"]`).waitFor();
    },
    plan(trouble) {
      plans.push(trouble);
    },
    async picture(name) {
      await page.mouse.move(0, 0);
      // Said for a few seconds after an act, over what the picture is of
      await page.locator('.ant-message-notice').last().waitFor({ state: 'detached' });
      await page.screenshot({ path: join(KEPT, `${name}.png`) });
      if (process.env['YILIAN_PICTURES'] !== undefined && README_SHOWS.includes(name))
        await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    },
  };
};

/**
 * For a test file: a browser for all its tests, and windows that are closed after each. A test in whose windows something
 * went wrong that was not planned fails, and so does one in which something planned did not happen.
 */
export const useVisitors = () => {
  let browser: Browser;
  const opened = new Map<Page, { troubles: string[]; plans: RegExp[] }>();
  beforeAll(async () => {
    mkdirSync(KEPT, { recursive: true });
    browser = await openBrowser(inject('chromium') ?? '');
  });
  afterEach(async ({ task }) => {
    const windows = [...opened];
    opened.clear();
    for (const [index, [page]] of windows.entries()) {
      const name = task.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
      if (task.result?.state === 'fail')
        await page.screenshot({ path: join(KEPT, `failed-${name}-${index + 1}.png`), fullPage: true });
      await page.context().close();
    }
    for (const [, { troubles, plans }] of windows) {
      expect(troubles.filter((trouble) => !plans.some((plan) => plan.test(trouble)))).toEqual([]);
      expect(plans.filter((plan) => !troubles.some((trouble) => plan.test(trouble)))).toEqual([]);
    }
  });
  afterAll(() => browser?.close());

  const open = async ({ touch = false, ...viewport }: Window = WIDE): Promise<Visitor> => {
    const context = await browser.newContext({
      ...{
        viewport,
        hasTouch: touch,
        isMobile: touch,
        locale: 'zh-CN',
        timezoneId: 'Asia/Shanghai',
        baseURL: `http://127.0.0.1:${inject('port')}`,
      },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const kept = { troubles: [], plans: [] };
    opened.set(page, kept);
    watch(page, kept.troubles);
    return visitorOf(page, kept.plans);
  };
  return {
    open,
    /** A new window in which `account` has signed in. */
    async as(account: string, viewport = WIDE): Promise<Visitor> {
      const visitor = await open(viewport);
      await visitor.signIn(account);
      return visitor;
    },
  };
};

/** What a file of tests in a browser is called, and whether it can run. */
export const inBrowser = (): readonly [name: string, skip: boolean] => {
  const found = inject('chromium') !== null;
  return [found ? 'pages in a browser' : 'pages in a browser (skipped: no Chromium)', !found];
};
