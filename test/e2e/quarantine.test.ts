// Quarantine as a match reviewer works through it, and what a department is told of its data.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { inBrowser, useVisitors } from '../support/visitors.ts';

const [name, skip] = inBrowser();
const PERSONAL = /1599\d{14}|1599\d{13}[Xx]/;

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('lead a reviewer from the feeds to a refused row, and through its correction to what came of it', async () => {
    const reviewer = await visitors!.as('match-reviewer');
    const { page } = reviewer;
    await reviewer.goto('/feeds');
    await page.getByTestId('feed-row').first().waitFor();
    await reviewer.picture('feeds-overdue');
    await page.getByRole('link', { name: '查看隔离数据' }).click();
    await page.getByRole('heading', { name: '隔离数据', level: 1 }).waitFor();
    const rows = page.getByTestId('quarantine-row');
    await rows.first().waitFor();
    await reviewer.picture('quarantine');
    const waiting = await page.getByTestId('quarantine-state-waiting').locator('small').textContent();
    expect(Number(waiting)).toBeGreaterThan(0);
    expect((await page.locator('main').textContent()) ?? '').not.toMatch(PERSONAL);

    // By the keyboard: a row's link opens it
    await rows.first().getByRole('link').first().focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('quarantine-entry').waitFor();
    expect((await page.locator('main').textContent()) ?? '').not.toMatch(PERSONAL);
    await page.getByTestId('original-reveal').click();
    await page.getByTestId('reveal-form').getByLabel('理由').fill('与部门电话核对');
    await page.getByTestId('reveal-submit').click();
    await page.getByText('本次查看已记录').waitFor();
    await reviewer.picture('quarantine-entry');

    // Nothing but a reason: the reason is asked for
    const form = page.getByTestId('correct-form');
    await page.getByTestId('correct-dismiss-instead').click();
    await page.getByTestId('correct-submit').click();
    await form.getByText('请填写理由，至少 4 个字').waitFor();
    await form.getByLabel('理由').fill('部门确认为测试数据');
    await page.getByTestId('correct-submit').click();
    await page.locator('[data-testid="quarantine-entry"][data-state="dismissed"]').waitFor();
    await page.getByTestId('quarantine-fate').getByText('部门确认为测试数据').waitFor();
    await page.getByTestId('quarantine-fate').getByText('毕复核').waitFor();
    expect(await page.getByTestId('correct-form').count()).toBe(0);
    await page.getByRole('link', { name: '返回列表' }).click();
    await page.getByTestId('quarantine-state-dismissed').click();
    await page.getByTestId('quarantine-row').first().waitFor();
  });

  it('correct all of a kind at once, and say so in English too', async () => {
    const reviewer = await visitors!.as('match-reviewer');
    const { page } = reviewer;
    await reviewer.goto('/quarantine');
    await page.getByTestId('quarantine-row').first().waitFor();
    const counts = await (await page.request.get('/api/quarantine/counts?state=waiting')).json();
    const listed = await (await page.request.get('/api/quarantine?state=waiting&limit=200')).json();
    expect(counts.feed.length).toBeGreaterThan(0);
    const own = ['record_id', 'name', 'id_number', 'birth_date', 'phone', 'address', 'disability_cert'];
    const one = listed.entries.find(
      (entry: { field: string | null }) => entry.field !== null && !own.includes(entry.field),
    );
    expect(one).toBeDefined();
    const { feed, reason, field } = one;
    await reviewer.goto(`/quarantine?feed=${feed}&reason=${reason}&field=${field}`);
    const kind = page.getByTestId('quarantine-kind');
    await kind.waitFor();
    await reviewer.picture('quarantine-kind');
    await kind.getByLabel('改为').fill('不是这个字段的内容');
    await kind.getByLabel('理由').fill('与部门核对后更正');
    await page.getByTestId('kind-submit').click();
    await page.getByText(/已提交 \d+ 条/).waitFor();
    await page.getByTestId('quarantine-state-rejected_again').click();
    await page.getByTestId('quarantine-row').first().waitFor();
    await page.getByTestId('quarantine-row').first().getByRole('link').first().click();
    await page.getByRole('link', { name: /查看更正后的退回数据/ }).click();
    await page.getByRole('link', { name: /更正后再次退回的结果/ }).waitFor();
    await page.getByRole('button', { name: '切换为英文' }).click();
    await page.getByRole('heading', { name: /^Refused row/ }).waitFor();
    await page.getByRole('button', { name: 'Send the correction' }).waitFor();
    await reviewer.picture('quarantine-entry-en');
  });

  it('tell a department what its data did, with its quality note to take along', async () => {
    const department = await visitors!.as('dept-medical-insurance');
    const { page } = department;
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '我们的数据' }).click();
    await page.getByRole('heading', { name: '我们的数据用在哪里' }).waitFor();
    expect(await page.getByTestId('return-row').count()).toBe(12);
    await department.picture('data-return');
    const [note] = await Promise.all([page.waitForEvent('download'), page.getByTestId('note-csv').click()]);
    expect(note.suggestedFilename()).toMatch(/医疗保障局.*数据质量通报\.csv/);
    expect(await readFile(await note.path(), 'utf8')).toContain('共享数据质量通报（模拟数据）');
    const other = await page.request.get('/api/data-return?department=housing');
    expect(other.status()).toBe(404);
    await department.goto('/quarantine');
    await page.getByText('您没有办理或查看此内容的权限。').waitFor();

    const water = await visitors!.as('dept-water');
    water.plan(/^404 GET \/api\/data-return$/);
    await water.goto('/data-return');
    await water.page.getByText('本部门不报送共享数据').waitFor();
  });
});
