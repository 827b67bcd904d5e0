// Pages that also a phone, a keyboard and a screen reader can use, in either language.
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { inBrowser, useVisitors } from '../support/visitors.ts';

const [name, skip] = inBrowser();

const PHONE = { width: 390, height: 844 };
const CONTROLS = ['button', 'checkbox', 'combobox', 'link', 'radio', 'searchbox', 'spinbutton', 'textbox'] as const;

/** Controls of the page's accessibility tree that have no name. */
const nameless = async (page: Page): Promise<string[]> => {
  const tree = await page.locator('body').ariaSnapshot();
  expect(tree).toMatch(/- (?:button|link) "/);
  return tree.split('\n').filter((line) => new RegExp(`^\\s*- (?:${CONTROLS.join('|')})\\b(?! ")`).test(line));
};

const tooWide = (page: Page): Promise<number> =>
  page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('speak English when asked, keep doing so, and go back', async () => {
    const visitor = await visitors!.as('analyst');
    const { page } = visitor;
    await page.getByRole('button', { name: '切换为英文' }).click();
    await page.getByRole('heading', { name: 'Warnings' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.reload();
    await page.getByRole('heading', { name: 'Warnings' }).waitFor();
    await page.getByRole('note').getByText('Synthetic data').waitFor();
    await visitor.picture('queue-english');
    const chinese = /[\u4e00-\u9fff]/;
    const rule = page
      .getByTestId('queue-row')
      .getByRole('cell')
      .filter({ hasText: /burden|income|illness|house/i });
    await rule.first().waitFor();
    for (const text of await rule.allTextContents()) expect(text).not.toMatch(chinese);
    for (const text of await page.getByRole('group', { name: 'Rule' }).locator('label').allTextContents())
      expect(text).toMatch(/^[\x20-\x7e]+$/);
    await visitor.openCase('GS01');
    await page.getByTestId('case-warning').getByText('Heavy medical burden').waitFor();
    const limits = page.locator('[data-testid="parameter"]');
    await limits
      .filter({ hasText: "Limit of the household's category" })
      .filter({ hasText: /¥[\d,]+\.00/ })
      .waitFor();
    await limits.filter({ hasText: 'Multiple of the limit that is red' }).filter({ hasText: '2 times' }).waitFor();
    for (const text of await limits.allTextContents()) expect(text).not.toMatch(chinese);
    await visitor.picture('case-english');
    await visitor.goto('/feeds');
    await page.getByRole('columnheader', { name: 'Complete everywhere to' }).waitFor();
    await visitor.goto('/queue');
    await page.getByRole('button', { name: 'Switch to Chinese' }).click();
    await page.getByRole('heading', { name: '预警队列' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });

  it('fit a phone, from the sign-in page on', async () => {
    const visitor = await visitors!.open(PHONE);
    const { page } = visitor;
    await visitor.goto('/');
    await page.getByTestId('demo-accounts').waitFor();
    expect(await tooWide(page)).toBe(0);
    await visitor.picture('phone-sign-in');
    await visitor.signIn('township');
    await page.getByTestId('queue-row').first().waitFor();
    expect(await tooWide(page)).toBe(0);
    await visitor.picture('phone-queue');
    await visitor.openCase('GS01');
    await page.getByTestId('warning-why').first().waitFor();
    expect(await tooWide(page)).toBe(0);
    await visitor.picture('phone-case');
  });

  it('show the limits of a rule by their names and with their units', async () => {
    const visitor = await visitors!.as('analyst');
    const { page } = visitor;
    await visitor.openCase('GS01');
    const limit = page.locator('[data-name="limit"]').first();
    await limit.getByRole('rowheader', { name: '本类别个人负担限额' }).waitFor();
    expect(await limit.getByRole('cell').textContent()).toMatch(/^[\d,]+\.00 元$/);
    expect(await page.locator('[data-name="red_multiple"]').first().textContent()).toBe('红色预警的限额倍数2 倍');
    expect(await page.getByTestId('parameter').allTextContents()).not.toContainEqual(
      expect.stringMatching(/[a-z]_?[a-z]/),
    );
  });

  it('say of feeds that the slowest region counts, and which rules wait for it', async () => {
    const visitor = await visitors!.as('analyst');
    const { page } = visitor;
    await visitor.goto('/feeds');
    await page.getByRole('columnheader', { name: '各地区均完整至' }).waitFor();
    await page.getByText('以进度最慢的地区为准').waitFor();
    const tax = page.locator('[data-feed="tax"]');
    await tax.getByText('收入中断').waitFor();
    await page.locator('[data-feed="medical-insurance"]').getByText('没有规则在等待').waitFor();
    await visitor.picture('feeds');
  });

  const hands = [
    ['a phone', { ...PHONE, touch: true }],
    ['a tablet', { width: 1024, height: 768, touch: true }],
  ] as const;
  it.each(hands)('leave no patch where a finger touched a row of a list, on %s', async (device, window) => {
    const visitor = await visitors!.as('analyst', window);
    const { page } = visitor;
    const tinted = (row: Locator): Promise<string[]> =>
      row.evaluate((tr) => {
        const { getComputedStyle } = tr.ownerDocument.defaultView;
        const colours = [tr, ...tr.children].map((part) => getComputedStyle(part).backgroundColor);
        return colours.filter((colour) => !['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'].includes(colour));
      });
    for (const [path, row] of [
      ['/queue', 'queue-row'],
      ['/cases', 'case-row'],
      ['/referrals', 'referral-row'],
      ['/feeds', 'feed-row'],
    ] as const) {
      await visitor.goto(path);
      const touched = page.getByTestId(row).first();
      await touched.getByRole('cell').last().tap();
      await page.locator(`[data-testid="${row}"]:hover`).first().waitFor();
      expect(await tinted(touched), path).toEqual([]);
      expect(await tooWide(page), path).toBe(0);
    }
    // What keeps the focus of the finger, and what it opened
    const feed = page.getByTestId('feed-row').first();
    await feed.getByRole('button').tap();
    const opened = page.locator('.ant-table-expanded-row').first();
    await opened.waitFor();
    await visitor.picture(`touched-${device.replace(' ', '-')}`);
    expect(await tinted(feed)).toEqual([]);
    expect(await tinted(opened)).toEqual([]);
    const [card, below] = [await feed.boundingBox(), await opened.boundingBox()];
    expect(below?.width).toBe(card?.width);
    expect((await opened.getByRole('cell').boundingBox())?.width).toBe(card?.width);
  });

  it('name every control', async () => {
    const visitor = await visitors!.open();
    const { page } = visitor;
    await visitor.goto('/');
    await page.getByTestId('demo-accounts').waitFor();
    expect(await nameless(page)).toEqual([]);
    await visitor.signIn('analyst');
    await page.getByTestId('queue-row').first().waitFor();
    expect(await nameless(page)).toEqual([]);
    await visitor.openCase('GS01');
    await page.getByTestId('warning-why').first().waitFor();
    for (const act of ['refer', 'note']) {
      await page.getByTestId(`act-${act}`).click();
      await page.getByTestId(`form-${act}`).waitFor();
      expect(await nameless(page)).toEqual([]);
    }
    await page.getByTestId('referral-row').getByRole('link').click();
    await page.getByTestId('disclosed').waitFor();
    expect(await nameless(page)).toEqual([]);
    for (const path of ['/cases', '/referrals', '/coverage', '/feeds', '/start']) {
      await visitor.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await nameless(page)).toEqual([]);
    }
  });

  it('show where the keyboard is, along the rows of the queue', async () => {
    const visitor = await visitors!.as('analyst');
    const { page } = visitor;
    await page.getByTestId('queue-row').first().waitFor();
    await page.keyboard.press('j');
    const first = page.getByTestId('queue-row').first().getByRole('link');
    expect(await first.evaluate((link) => link === link.ownerDocument.activeElement)).toBe(true);
    const outline = (): Promise<string> =>
      page.locator(':focus').evaluate((element) => {
        const { outlineStyle, outlineWidth } = element.ownerDocument.defaultView.getComputedStyle(element);
        return `${outlineStyle} ${outlineWidth}`;
      });
    expect(await outline()).toMatch(/^(?!none)\w+ [1-9]/);
    await page.keyboard.press('j');
    const second = page.getByTestId('queue-row').nth(1).getByRole('link');
    expect(await second.evaluate((link) => link === link.ownerDocument.activeElement)).toBe(true);
    // Every stop of the first of the page can be seen
    await page.locator('body').press('Tab');
    for (let stop = 0; stop < 8; stop += 1) {
      await page.keyboard.press('Tab');
      expect(await outline()).toMatch(/^(?!none)\w+ [1-9]/);
    }
  });

  it('leave the keyboard where it was when a form or a longer list is closed again', async () => {
    const visitor = await visitors!.as('analyst');
    const { page } = visitor;
    const isHere = (place: Locator): Promise<boolean> =>
      place.evaluate((element) => element === element.ownerDocument.activeElement);
    const more = page.getByRole('group', { name: '规则' }).getByRole('button');
    await more.press('Enter');
    expect(await more.textContent()).toBe('收起');
    expect(await isHere(more)).toBe(true);
    await visitor.openCase('GS01');
    await page.getByTestId('act-note').press('Enter');
    await page.getByTestId('form-note').getByRole('button', { name: '取消' }).press('Enter');
    await page.getByTestId('form-note').waitFor({ state: 'detached' });
    expect(await isHere(page.getByTestId('act-note'))).toBe(true);
  });
});
