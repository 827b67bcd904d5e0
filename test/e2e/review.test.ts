// A reviewer tells by keyboard whose a doubtful record is, and takes it back.
import { describe, expect, it } from 'vitest';
import { inBrowser, useVisitors } from '../support/visitors.ts';

const [name, skip] = inBrowser();

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('review a record whose name does not fit its number, and undo the verdict', async () => {
    const visitor = await visitors!.as('match-reviewer');
    const { page } = visitor;
    await page.waitForURL('**/review');
    const row = page.getByTestId('review-row').filter({ hasText: '姓名不同' }).first();
    await row.waitFor();
    await visitor.picture('review-list');
    await row.getByRole('link').click();

    await page.locator('[data-testid="review-question"][data-claimed="mine"]').waitFor();
    const columns = page.getByTestId('review-columns');
    await columns.locator('[data-field="name"][data-compare="differs"]').getByText('不一致').waitFor();
    await columns.locator('[data-field="id_number"][data-compare="same"]').waitFor();
    const name = columns.locator('[data-field="name"]').first();
    expect(await name.textContent()).toContain('*');
    await visitor.picture('review-question');

    await page.getByTestId('review-reveal').click();
    await page.getByTestId('review-form-reveal').getByLabel('说明').fill('核对户口簿');
    await page.getByTestId('review-submit').click();
    await page.getByText('本次查看已记入审计日志').waitFor();
    expect(await name.textContent()).not.toContain('*');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // What would lead the reader is not there before the verdict.
    expect(await page.getByTestId('review-explanation').count()).toBe(0);
    await page.keyboard.press('1');
    await page.locator('[data-testid="review-question"][data-state="decided"]').waitFor();
    await page.getByTestId('review-history').getByText('同一人').waitFor();
    await page.getByTestId('review-explanation').getByText('待人工核对').waitFor();
    // Of several candidates the sentence speaks of one, and says of which.
    await page
      .getByTestId('review-about')
      .getByText(/候选人 \d|任何候选人/)
      .waitFor();
    await page.getByTestId('review-scores').waitFor();
    await visitor.picture('review-explained');

    await page.keyboard.press('u');
    await page.getByTestId('review-form-undo').getByLabel('说明').fill('看错了人');
    await page.getByTestId('review-submit').click();
    await page.locator('[data-testid="review-question"][data-state="open"]').waitFor();
    const here = page.url();
    await page.keyboard.press('n');
    await page.waitForURL((url) => url.href !== here);
  });

  it('narrow the list to a feed and a region, which the address keeps', async () => {
    const visitor = await visitors!.as('match-reviewer');
    const { page } = visitor;
    const rows = page.getByTestId('review-row');
    await rows.first().waitFor();
    const all = await page.getByText(/^共 \d+ 条$/).textContent();
    const choose = async (filter: string, option: RegExp): Promise<string> => {
      await page.getByTestId(`review-filter-${filter}`).click();
      const chosen = page
        .locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option')
        .filter({ hasText: option })
        .first();
      const text = (await chosen.textContent()) ?? '';
      await chosen.click();
      return text;
    };
    const counted = async (text: string): Promise<void> => {
      const count = Number(/（(\d+)）/.exec(text)?.[1]);
      expect(count).toBeGreaterThan(0);
      await page.getByText(`共 ${count} 条`).waitFor();
      await expect.poll(() => rows.count(), { timeout: 45_000 }).toBe(Math.min(20, count));
    };
    const feed = await choose('feed', /./);
    await page.waitForURL(/[?&]feed=/);
    await counted(feed);
    const region = await choose('region', /./);
    await page.waitForURL(/[?&]region=\d+/);
    await counted(region);
    const address = page.url();
    await visitor.picture('review-narrowed');
    await page.reload();
    await counted(region);
    expect(page.url()).toBe(address);
    // It is kept on the way to a question and back.
    await rows.first().getByRole('link').click();
    await page.getByTestId('review-question').waitFor();
    await page.getByText('返回列表').click();
    await counted(region);
    await page.getByTestId('review-clear').click();
    await page.getByText(all ?? '').waitFor();
  });

  it('and nobody else is offered it', async () => {
    const visitor = await visitors!.as('analyst');
    await visitor.goto('/review');
    await visitor.page.getByText('您没有办理或查看此内容的权限。').waitFor();
  });
});
