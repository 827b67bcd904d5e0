// A household's whole way as docs/stories.md tells it to be walked (GS02): the queue, the visit, the decision, a department's
// answer, the end; each act by who has to do it, in one window for each, as they would sit at their desks.
import { describe, expect, it } from 'vitest';
import { inBrowser, useVisitors } from '../support/visitors.ts';

const [name, skip] = inBrowser();

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('lead a household from its warning to a closed chain (GS02)', { timeout: 400_000 }, async () => {
    const analyst = await visitors!.as('analyst');
    const { page } = analyst;

    // The queue: a filter stands in the address and in the rows
    await page.waitForURL('**/queue');
    await page.getByTestId('queue-row').first().waitFor();
    await analyst.picture('queue');
    const before = await page.getByTestId('queue-row').count();
    await page.getByRole('checkbox', { name: /^红色/ }).click();
    await page.waitForURL(/level=red/);
    await page.getByTestId('queue-row').filter({ hasText: '橙色' }).first().waitFor({ state: 'detached' });
    const red = await page.getByTestId('queue-row').count();
    expect(red).toBeGreaterThan(0);
    expect(red).toBeLessThan(before);
    expect(await page.getByTestId('queue-row').filter({ hasText: '红色' }).count()).toBe(red);
    await page.getByTestId('queue-clear').click();
    await page.waitForURL((url) => !url.search.includes('level'));

    // Searched, and opened by keys alone
    await page.keyboard.press('/');
    await page.keyboard.type('GS02');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=GS02/);
    await page.getByText('共 2 条').waitFor();
    const rows = page.getByTestId('queue-row');
    expect(await rows.filter({ hasText: 'GS02' }).count()).toBe(await rows.count());
    await page.getByRole('heading', { name: '预警队列' }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await analyst.caseHas('opened');

    // What was read, and what it rests on
    const why = page.getByTestId('warning-why').first();
    await why.getByText('依据条款').waitFor();
    expect(await why.getByRole('listitem').count()).toBeGreaterThan(0);
    await why.getByText('研判取值').waitFor();
    await page
      .getByRole('img', { name: /24 个月刚性支出与收入图/ })
      .locator('svg')
      .waitFor();
    await page.getByText('链条完整').waitFor();

    await analyst.act('receive');
    await analyst.caseHas('received');
    await analyst.act('assign', () => analyst.pick('苏木乡镇', '模拟哈拉1镇'));
    await analyst.caseHas('assigned');

    const township = await visitors!.as('township');
    await township.openCase('GS02');
    await township.act('record_visit', async () => {
      await township.field('入户人员（一）').fill('苏乡镇');
      await township.field('入户人员（二）').fill('何协理');
      await township.page.getByRole('radio', { name: '否' }).check();
      await township.field('入户情况').fill('户主所在工地停工，连续两月未发工资。');
      await township.field('佐证材料').fill('停工通知照片\n入户核查表');
    });
    await township.caseHas('visited');
    expect(await township.page.getByTestId('act-verify').count()).toBe(0);

    // The analyst's page stood open meanwhile: it says that there is news, and moves when told to
    await page.getByTestId('live-notice').getByRole('button', { name: '刷新' }).click();
    await analyst.caseHas('visited');
    await analyst.act('verify', async () => {
      await page.getByRole('radio', { name: '属实', exact: true }).check();
      await analyst.field('理由').fill('走访情况与工资记录一致。');
    });
    await analyst.caseHas('verified');
    await analyst.act('dispose', async () => {
      await page.getByRole('radio', { name: '转办' }).check();
      await analyst.field('理由').fill('需要就业帮扶。');
    });
    await analyst.caseHas('disposed');
    await analyst.act('refer', async () => {
      // The rule proposes it and the department follows; a person may choose another and come back
      const chosen = (text: string) => page.getByTestId('form-refer').locator('.ant-select').filter({ hasText: text });
      await chosen('就业帮扶').waitFor();
      await chosen('人力资源和社会保障局').waitFor();
      await page.getByText(/预警规则建议：.*就业帮扶/).waitFor();
      await analyst.pick('服务', '教育救助');
      await chosen('教育局').waitFor();
      await analyst.pick('服务', '就业帮扶');
      await page.getByText('默认部门：人力资源和社会保障局').waitFor();
      expect(await page.getByRole('checkbox', { name: '户主身份证号' }).isChecked()).toBe(false);
      await analyst.field('转办事由').fill('请推荐公益性岗位。');
    });
    const referral = page.getByTestId('referral-row').filter({ hasText: '就业帮扶' });
    const referralId = await referral.getAttribute('data-referral');
    expect(await analyst.steps('referral_created').count()).toBe(1);
    await analyst.picture('case');

    // The department sees what was ticked, and nothing else of the family
    const department = await visitors!.as('dept-human-resources');
    await department.page.waitForURL('**/referrals');
    await department.page.locator(`[data-referral="${referralId}"]`).getByRole('link').click();
    const disclosed = department.page.getByTestId('disclosed');
    await disclosed.getByText('赵永强').waitFor();
    expect(await disclosed.locator('dt').allTextContents()).toEqual(['户主姓名', '联系电话', '家庭住址', '预警事项']);
    expect(await department.page.locator('body').textContent()).not.toMatch(/1599\d{2}[\d*]{8,}|孙丽|赵子涵/);
    await department.act('accept');
    await department.act('fulfil', async () => {
      await department.field('救助内容').fill('公益性岗位：护林员');
      await department.field('金额').fill('1800.00');
    });
    await department.page.getByTestId('answer').getByText('公益性岗位：护林员').waitFor();
    await department.picture('referral');

    // Another department has no such referral, by no way
    const other = await visitors!.as('dept-housing');
    // Its list stands there, whatever other tests have left in it
    await other.page.getByText(/没有符合条件的转办|共 \d+ 条/).waitFor();
    expect(await other.page.locator(`[data-referral="${referralId}"]`).count()).toBe(0);
    other.plan(/^404 GET \/api\/referrals\//);
    await other.goto(`/referrals/${referralId}`);
    await other.page.getByRole('alert').getByText('没有找到这张转办单').waitFor();
    expect(await other.page.locator('body').textContent()).not.toContain('赵永强');

    // Back at the bureau: confirmed, reported, closed
    await analyst.goto(`/referrals/${referralId}`);
    await analyst.act('confirm');
    await page.getByRole('link', { name: '查看案件' }).click();
    await analyst.act('report');
    await analyst.act('close');
    await analyst.caseHas('closed');
    await page.getByText('链条完整').waitFor();
    expect(await page.getByTestId('chain-step').last().getAttribute('data-type')).toBe('closed');
    await analyst.picture('case-closed');
  });
});
