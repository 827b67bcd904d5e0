// Who finds what: the page that each role begins with, and that nothing else is offered or opened by its address.
import { describe, expect, it } from 'vitest';
import { inBrowser, useVisitors } from '../support/visitors.ts';

const [name, skip] = inBrowser();

const START = '首页';
const LATER = ['rule-author', 'rule-approver', 'auditor', 'administrator'] as const;

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('list the demo accounts, sign in at a click, and say that everything is fictional', async () => {
    const visitor = await visitors!.open();
    const { page } = visitor;
    await visitor.goto('/');
    await page.getByRole('heading', { name: '演示账号' }).waitFor();
    const accounts = page.getByTestId('demo-accounts').getByRole('button');
    expect(await accounts.count()).toBe(23);
    await page.getByRole('note').getByText('模拟数据').waitFor();
    await visitor.picture('sign-in');
    await accounts.filter({ hasText: 'analyst-league' }).click();
    await page.getByTestId('who-am-i').getByText('孟分析').waitFor();
    await page.getByRole('note').getByText('模拟数据').waitFor();

    await page.getByTestId('queue-row').first().waitFor();
    await page.getByTestId('sign-out').click();
    await page.getByRole('heading', { name: '演示账号' }).waitFor();
    await visitor.goto('/queue');
    await page.getByTestId('sign-in-form').waitFor();
  });

  it('refuse a wrong password in words and keep the account that was typed', async () => {
    const visitor = await visitors!.open();
    const { page } = visitor;
    await visitor.goto('/');
    await page.getByLabel('账号', { exact: true }).fill('analyst');
    await page.getByLabel('密码', { exact: true }).fill('yilian-demo!');
    visitor.plan(/^401 POST \/api\/session$/);
    await page.getByRole('button', { name: '登录' }).click();
    await page
      .getByRole('alert')
      .getByText(/账号或密码/)
      .waitFor();
    expect(await page.getByLabel('账号', { exact: true }).inputValue()).toBe('analyst');
  });

  it('show leadership counts and no name', async () => {
    const leadership = await visitors!.as('leadership');
    const { page } = leadership;
    await page.waitForURL('**/coverage');
    await page
      .getByTestId('funnel')
      .getByRole('img', { name: /覆盖漏斗图/ })
      .locator('svg')
      .waitFor();
    expect(await page.getByTestId('funnel').getByRole('row').count()).toBeGreaterThan(4);
    expect(await page.getByText('<5', { exact: true }).count()).toBeGreaterThan(0);
    await leadership.picture('coverage');
    // A level down, where people are few
    await page.getByTestId('region-row').first().getByRole('button').click();
    await page.waitForURL(/region=/);
    await page.getByTestId('region-row').filter({ hasText: '哈拉1镇' }).waitFor();
    const shown = (await page.locator('main').textContent()) ?? '';
    expect(shown).not.toMatch(/GS\d\d|白志明|赵永强|王德福|[\u4e00-\u9fff]\*+|\d{17}[\dXx]/);

    const menu = page.getByRole('navigation', { name: '主导航' }).getByRole('link');
    expect(await menu.allTextContents()).toEqual(['覆盖情况', '数据源', START]);
    await leadership.goto('/queue');
    await page.getByText('您没有办理或查看此内容的权限。').waitFor();
    expect(await page.getByTestId('queue-row').count()).toBe(0);
    const refused = await page.request.get('/api/warnings');
    expect(refused.status()).toBe(403);
    expect(await refused.json()).toMatchObject({
      error: 'forbidden',
      message: expect.stringMatching(/[\u4e00-\u9fff]/),
    });
  });

  for (const account of LATER) {
    it(`offer ${account} their start page and nothing else`, async () => {
      const visitor = await visitors!.as(account);
      const { page } = visitor;
      await page.waitForURL('**/start');
      await page.getByTestId('start').getByText('后续版本提供').waitFor();
      const offered = page.getByRole('navigation', { name: '主导航' }).getByRole('link');
      const titles = await offered.allTextContents();
      expect(titles.filter((title) => !['数据源', '覆盖情况', START].includes(title))).toEqual([]);
      for (const path of ['/queue', '/cases', '/referrals']) {
        await visitor.goto(path);
        await page.getByText('您没有办理或查看此内容的权限。').waitFor();
      }
      expect((await page.request.get('/api/warnings')).status()).toBe(403);
      expect((await page.request.get('/api/cases')).status()).toBe(403);
    });
  }

  it('open every page of an analyst without an error, also one that does not exist', async () => {
    const analyst = await visitors!.as('analyst');
    const { page } = analyst;
    const menu = page.getByRole('navigation', { name: '主导航' });
    for (const [link, heading] of [
      ['帮扶案件', '帮扶案件'],
      ['转办', '转办'],
      ['覆盖情况', '覆盖情况'],
      ['数据源', '数据源'],
      [START, '您好，陈分析'],
    ] as const) {
      await menu.getByRole('link', { name: link, exact: true }).click();
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      await page.locator('main .ant-spin-spinning').first().waitFor({ state: 'detached' });
      await analyst.picture(`page-${new URL(page.url()).pathname.slice(1)}`);
    }
    await analyst.goto('/nowhere');
    await page.getByText('没有这个页面').waitFor();
  });
});
