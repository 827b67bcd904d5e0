// The next step of other stories (docs/stories.md), each by the role that has to take it.
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { inBrowser, useVisitors } from '../support/visitors.ts';

const [name, skip] = inBrowser();

/** Waits until a list has so many rows. */
const until = (rows: Locator, count: number): Promise<void> => rows.nth(count - 1).waitFor();

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('let a village assistant send the visit that was not made, on a phone (GS10)', async () => {
    const village = await visitors!.as('village', { width: 390, height: 844 });
    const { page } = village;
    await page.waitForURL('**/cases');
    await page.getByRole('heading', { name: '我的入户' }).waitFor();
    await village.picture('phone-visits');
    await page.getByTestId('case-row').filter({ hasText: 'GS10' }).getByTestId('start-visit').click();
    await page.getByTestId('form-record_visit').waitFor();
    await village.picture('phone-visit');
    expect(await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0);

    // What is missing is said at its field, before anything is sent
    await page.getByTestId('submit-record_visit').click();
    await page.getByText('入户人员（一）：必填').waitFor();
    await village.field('入户人员（一）').fill('何协理');
    await village.field('入户人员（二）').fill('何协理');
    await page.getByText('两名入户人员不能是同一人').waitFor();
    await village.field('入户人员（二）').fill('苏乡镇');
    await page.getByRole('radio', { name: '否' }).check();
    await village.field('入户情况').fill('户主卧床，儿子照料，未领到护理补贴。');
    await page.getByTestId('submit-record_visit').click();
    await village.caseHas('visited');
    expect(await village.steps('visited').last().textContent()).toContain('户主卧床，儿子照料');
  });

  it('name who received a case also after an inspector had it reopened (GS10)', async () => {
    const analyst = await visitors!.as('analyst');
    await analyst.openCase('GS10');
    const by = await analyst
      .steps('received')
      .getByText(/（研判员）/)
      .textContent();
    expect(await analyst.steps('reopened').textContent()).toContain('抽检员');
    const received = analyst.page.getByTestId('stages').getByRole('listitem').filter({ hasText: '接收' });
    const named = await received.locator('small').first().textContent();
    expect(named).toMatch(/[\u4e00-\u9fff]{2,}/);
    expect(by).toContain(`· ${named}（研判员）`);
  });

  it('let an analyst find what has cleared, which only a person closes', async () => {
    const analyst = await visitors!.as('analyst');
    const { page } = analyst;
    await page.getByTestId('warning-status-cleared').click();
    await page.waitForURL(/status=cleared/);
    await page.getByText('系统不会自行办结').waitFor();
    await page
      .getByText(/情形已消除$/)
      .first()
      .waitFor();
    const rows = page.getByTestId('queue-row');
    expect(await rows.count()).toBe(await rows.filter({ hasText: '情形已消除' }).count());
    await analyst.picture('queue-cleared');
    // The filters count what is cleared, and leave the status as it is
    const before = await rows.count();
    await page.getByRole('checkbox', { name: /^黄色/ }).click();
    await page.waitForURL(/level=yellow/);
    await page.getByTestId('queue-clear').click();
    await page.waitForURL((url) => url.searchParams.get('status') === 'cleared' && !url.searchParams.has('level'));
    await until(rows, before);
    await rows.first().getByRole('link').click();
    await page.getByTestId('case-warning').filter({ hasText: '已消除' }).first().waitFor();
    await page.getByTestId('acts-panel').waitFor();

    for (const status of ['snoozed', 'closed', 'open']) {
      await analyst.goto(`/queue?status=${status}`);
      await page.getByTestId(`warning-status-${status}`).and(page.locator('[aria-pressed="true"]')).waitFor();
      await page
        .getByTestId('queue-row')
        .or(page.getByRole('status').filter({ hasText: '预警' }))
        .first()
        .waitFor();
    }
  });

  it('let an analyst give a returned referral to another department (GS05)', async () => {
    const analyst = await visitors!.as('analyst');
    const { page } = analyst;
    await analyst.goto('/referrals?status=returned');
    await page.getByTestId('referral-row').filter({ hasText: '住房救助' }).getByRole('link').click();
    await page.getByText('该户房屋位于国有农牧场范围内').waitFor();
    await analyst.act('reroute', async () => {
      await analyst.pick('部门', '农牧局');
      await analyst.field('理由').fill('国有农牧场范围，改由农牧部门统筹。');
    });
    await page.getByRole('heading', { name: /住房救助 → 农牧局/ }).waitFor();
    await analyst.act('send');
    const id = new URL(page.url()).pathname.split('/').at(-1);

    const agriculture = await visitors!.as('dept-agriculture');
    await agriculture.page.locator(`[data-referral="${id}"]`).getByRole('link').click();
    await agriculture.act('accept');
    const housing = await visitors!.as('dept-housing');
    await housing.page.getByRole('heading', { name: '转给我们的' }).waitFor();
    await housing.page.getByText(/没有符合条件的转办|共 \d+ 条/).waitFor();
    expect(await housing.page.locator(`[data-referral="${id}"]`).count()).toBe(0);
  });

  it('let an analyst give the notice without which a case of exit stays open (GS07)', async () => {
    const analyst = await visitors!.as('analyst');
    await analyst.openCase('GS07');
    await analyst.act('give_notice', () => analyst.field('告知书编号').fill('模民告〔2026〕7号'));
    await analyst.page.getByTestId('case-head').getByText('告知书已送达').waitFor();
    await analyst.act('report');
    await analyst.act('close');
    await analyst.caseHas('closed');
  });

  it('let an inspector pass a closed case, and nobody else (GS04)', async () => {
    const analyst = await visitors!.as('analyst');
    await analyst.openCase('GS04', '/cases?state=closed');
    expect(await analyst.page.getByTestId('act-inspect').count()).toBe(0);

    const inspector = await visitors!.as('inspector');
    await inspector.openCase('GS04', '/cases?state=closed');
    await inspector.act('inspect', async () => {
      await inspector.page.getByRole('radio', { name: '合格', exact: true }).check();
      await inspector.field('抽检情况').fill('核查材料齐全，结论正确。');
    });
    await inspector.caseHas('closed');
    expect(await inspector.steps('inspected').count()).toBe(1);
    await inspector.page.getByText('链条完整').waitFor();
  });
});
