// What goes wrong between people and machines, on the pages: each has its words, and nothing that was typed is lost.
import { describe, expect, it } from 'vitest';
import { inBrowser, useVisitors, type Visitor } from '../support/visitors.ts';

const [name, skip] = inBrowser();

const COMMANDS = '**/api/cases/*/commands';

const problem = ({ page }: Visitor) => page.getByTestId('command-problem');

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('tell the second of two people on a case what changed, and keep their words (GS08)', async () => {
    const [one, two] = [await visitors!.as('analyst'), await visitors!.as('analyst-league')];
    await one.openCase('GS08');
    await two.openCase('GS08');
    await two.page.getByTestId('act-note').click();
    await two.field('内容').fill('本人愿意接受康复训练，请一并考虑。');
    await one.act('assign', () => one.pick('苏木乡镇', '模拟哈拉1镇'));
    await one.caseHas('assigned');

    two.plan(/^409 POST \/api\/cases\/.*\/commands$/);
    await two.page.getByTestId('submit-note').click();
    await problem(two).getByText('已有新的办理记录，请核对后再提交').waitFor();
    await problem(two)
      .getByText(/陈分析.*派/)
      .waitFor();
    await two.caseHas('assigned');
    expect(await two.field('内容').inputValue()).toBe('本人愿意接受康复训练，请一并考虑。');
    expect(await two.steps('noted').count()).toBe(1);

    await two.page.reload();
    await two.page.getByTestId('form-note').waitFor();
    expect(await two.field('内容').inputValue()).toBe('本人愿意接受康复训练，请一并考虑。');
    await two.page.getByTestId('submit-note').click();
    await two.page.getByTestId('form-note').waitFor({ state: 'detached' });
    expect(await two.steps('noted').count()).toBe(2);
    expect(await two.steps('noted').last().textContent()).toContain('本人愿意接受康复训练');
  });

  it('close a case once, and say to the second why it is not closed again (GS06)', async () => {
    const [one, two] = [await visitors!.as('analyst'), await visitors!.as('analyst-league')];
    await one.openCase('GS06');
    await one.page.getByTestId('referral-row').getByRole('link').click();
    await one.act('confirm');
    for (const visitor of [one, two]) {
      await visitor.openCase('GS06');
      await visitor.page.getByTestId('act-close').click();
      await visitor.field('备注').fill(`${visitor === one ? '第一人' : '第二人'}：水利局已打井。`);
    }
    await one.page.getByTestId('submit-close').click();
    await one.caseHas('closed');

    two.plan(/^409 POST \/api\/cases\/.*\/commands$/);
    await two.page.getByTestId('submit-close').click();
    await problem(two).getByText('已有新的办理记录').waitFor();
    await two.caseHas('closed');
    expect(await two.field('备注').inputValue()).toBe('第二人：水利局已打井。');
    expect(await two.page.getByTestId('submit-close').isDisabled()).toBe(true);
    expect(await two.steps('closed').count()).toBe(1);

    // With the version of now: the case says that it is closed
    const caseId = new URL(two.page.url()).pathname.split('/').at(-1);
    const version = Number(await two.page.getByTestId('case-head').getAttribute('data-version'));
    const again = await two.page.request.post(`/api/cases/${caseId}/commands`, {
      data: { version, request_id: crypto.randomUUID(), command: { type: 'close' } },
    });
    expect(again.status()).toBe(409);
    expect(await again.json()).toMatchObject({ refusal: 'already_closed', message: expect.stringContaining('办结') });
  });

  it('take no answer from another department (GS01)', async () => {
    const analyst = await visitors!.as('analyst');
    await analyst.openCase('GS01');
    const row = analyst.page.getByTestId('referral-row');
    const id = await row.getAttribute('data-referral');
    await row.getByRole('link').click();
    const version = Number(await analyst.page.getByTestId('referral-head').getAttribute('data-version'));

    const other = await visitors!.as('dept-housing');
    const answer = await other.page.request.post(`/api/referrals/${id}/commands`, {
      data: {
        version,
        request_id: crypto.randomUUID(),
        command: { type: 'refuse', code: 'other', note: '不归我们管' },
      },
    });
    expect(answer.status()).toBe(404);
    expect(await answer.json()).toMatchObject({ error: 'not_found', message: expect.stringMatching(/没有找到/) });
    await analyst.page.reload();
    expect(await analyst.page.getByTestId('referral-head').getAttribute('data-status')).toBe('in_progress');
  });

  it('ask for the password again when the session has ended in a form, and send it then (GS03)', async () => {
    const township = await visitors!.as('township');
    const { page } = township;
    await township.openCase('GS03');
    await township.page.getByTestId('act-record_visit').click();
    await township.field('入户人员（一）').fill('苏乡镇');
    await township.field('入户人员（二）').fill('何协理');
    await page.getByRole('radio', { name: '否' }).check();
    await township.field('入户情况').fill('老两口仍住邻家，屋顶需重铺。');
    await township.context.clearCookies();
    township.plan(/^401 POST \/api\/cases\/.*\/commands$/);
    await page.getByTestId('submit-record_visit').click();

    const dialog = page.getByRole('dialog', { name: '登录已过期' });
    await dialog.waitFor();
    expect(await township.field('入户情况').inputValue()).toBe('老两口仍住邻家，屋顶需重铺。');
    expect(await dialog.getByLabel('账号').inputValue()).toBe('township');
    await township.picture('session-ended');
    // A wrong password first: the dialog stays
    township.plan(/^401 POST \/api\/session$/);
    await dialog.getByLabel('密码', { exact: true }).fill('yilian');
    await dialog.getByRole('button', { name: '登录' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('密码', { exact: true }).fill('yilian-demo');
    await dialog.getByRole('button', { name: '登录' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByTestId('form-record_visit').waitFor({ state: 'detached' });
    expect(await township.steps('visited').count()).toBe(1);
    expect(await township.steps('visited').textContent()).toContain('屋顶需重铺');
  });

  it('keep a form over a lost connection and a reload, and send it once (GS09)', async () => {
    const analyst = await visitors!.as('analyst');
    const { page, context } = analyst;
    const offline = /^net::ERR_INTERNET_DISCONNECTED /;
    await analyst.openCase('GS09');
    const noted = analyst.steps('noted');
    await page.getByTestId('act-note').click();
    await analyst.field('内容').fill('已催税务局补报十月数据。');
    await context.setOffline(true);
    analyst.plan(offline);
    await page.getByTestId('submit-note').click();
    await problem(analyst).getByText('网络连接中断').waitFor();
    await analyst.picture('connection-lost');
    await context.setOffline(false);
    await page.reload();
    await page.getByTestId('form-note').waitFor();
    expect(await analyst.field('内容').inputValue()).toBe('已催税务局补报十月数据。');

    // The command arrives, its answer doesn't: sent again, it is done once
    await page.route(COMMANDS, async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    analyst.plan(/^net::ERR_CONNECTION_RESET POST /);
    await page.getByTestId('submit-note').click();
    await problem(analyst).getByText('同一事项不会重复办理').waitFor();
    await page.unroute(COMMANDS);
    await page.getByTestId('submit-note').click();
    await page.getByTestId('form-note').waitFor({ state: 'detached' });
    expect(await noted.count()).toBe(1);
    await page.reload();
    await page.getByTestId('chain-step').first().waitFor();
    expect(await noted.count()).toBe(1);
  });

  it('send a double click once (GS01)', async () => {
    const analyst = await visitors!.as('analyst');
    const { page } = analyst;
    await analyst.openCase('GS01');
    let sent = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') sent += 1;
    });
    await page.getByTestId('act-note').click();
    await analyst.field('内容').fill('已电话告知家属办理进度。');
    await page.getByTestId('submit-note').dblclick();
    await page.getByTestId('form-note').waitFor({ state: 'detached' });
    expect(await analyst.steps('noted').count()).toBe(1);
    expect(sent).toBe(1);
  });
});
