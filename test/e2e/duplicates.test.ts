// An analyst tells by keyboard whether two registered persons are one, takes it back, and finds the order for the registry's keeper.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { household, idNumber, person, writeExchange } from '../oracle/exchange-builder.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { inBrowser, useVisitors } from '../support/visitors.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const [name, skip] = inBrowser();

/** Two families with one daughter in both, the second time with a mistyped number; and two people under one number. */
const directory = (): string => {
  const number = idNumber('19880812', 7);
  const typo = `${number.slice(0, 15)}${number[16]}${number[15]}${number[17]}`;
  const shared = idNumber('19520117', 3);
  const home = (household_id: string, region_code: string, house: number) =>
    household({ household_id, region_code, address: `模拟一旗模拟二苏木模拟三嘎查${house}号` });
  const row = (person_id: string, household_id: string, named: string, id_number: string, relation = 'head') =>
    person({ person_id, household_id, name: named, id_number, relation });
  return completeRegistry(
    writeExchange({
      households: [home('HD-1', '159901101001', 901), home('HD-2', '159901102001', 12)],
      persons: [
        row('PD-mother', 'HD-1', '其木格', idNumber('19600303', 5)),
        row('PD-once', 'HD-1', '萨仁图雅', number, 'child'),
        row('PD-shared', 'HD-1', '孟和', shared, 'parent'),
        { ...row('PD-again', 'HD-2', '萨仁图雅', typo), birth_date: '1988-08-12' },
        row('PD-other', 'HD-2', '满都拉', shared, 'parent'),
      ],
    }),
  );
};

describe.skipIf(skip)(name, () => {
  const visitors = skip ? null : useVisitors();

  it('tells that two entries are one person, by keyboard; an order for the keeper follows, and goes with the verdict', async () => {
    const visitor = await visitors!.as('analyst');
    const { page } = visitor;
    await visitor.goto('/duplicates');
    await page.getByText('没有疑似重复的人员').waitFor();
    await visitor.picture('duplicates-empty');
    await promisify(execFile)(process.execPath, ['bin/yilian.js', 'load', directory()], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], YILIAN_HOME: inject('home') },
    });

    await page.reload();
    const rows = page.getByTestId('duplicate-row');
    await rows.filter({ hasText: 'PD-again' }).waitFor();
    expect(await rows.first().textContent()).toContain('身份证号相同');
    await visitor.picture('duplicates-list');
    await rows.filter({ hasText: 'PD-again' }).getByRole('link').click();

    await page.locator('[data-testid="duplicate-pair"][data-claimed="mine"]').waitFor();
    const columns = page.getByTestId('review-columns');
    expect(await columns.locator('[data-field="id_number"][data-compare="differs"]').count()).toBe(2);
    await columns.locator('[data-field="name"][data-compare="same"]').first().waitFor();
    expect(await columns.textContent()).not.toContain('萨仁图雅');
    expect(await page.getByTestId('review-explanation').count()).toBe(0);
    await visitor.picture('duplicate-pair');

    await page.getByTestId('review-reveal').click();
    await page.getByTestId('review-form-reveal').getByLabel('说明').fill('核对户口簿');
    await page.getByTestId('review-submit').click();
    await columns.getByText('萨仁图雅').first().waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.keyboard.press('s');
    await page.locator('[data-testid="duplicate-pair"][data-state="decided"]').waitFor();
    await page.getByTestId('duplicate-history').getByText('同一人').waitFor();
    await page.getByTestId('duplicate-order').getByText('同一人重复登记').waitFor();
    await page.getByTestId('review-explanation').getByText('证据充分').waitFor();
    await visitor.picture('duplicate-decided');

    await visitor.goto('/duplicates?state=orders');
    await page.getByTestId('order-row').filter({ hasText: 'PD-once' }).waitFor();
    await visitor.picture('correction-orders');
    const file = await page.request.get('/api/correction-orders/file?format=csv');
    expect(await file.text()).toMatch(/更正单.*模拟数据[\s\S]*同一人重复登记.*PD-once,HD-1,159901101001,PD-again/);
    expect((await page.request.get('/api/correction-orders/file?format=xlsx')).ok()).toBe(true);

    await page.getByTestId('order-row').filter({ hasText: 'PD-once' }).getByRole('link').click();
    await page.getByTestId('duplicate-order').waitFor();
    await page.keyboard.press('u');
    await page.getByTestId('review-form-undo').getByLabel('说明').fill('看错了人');
    await page.getByTestId('review-submit').click();
    await page.locator('[data-testid="duplicate-pair"][data-state="open"]').waitFor();
    await page.getByTestId('duplicate-order').getByText('结论已撤销').waitFor();
    const here = page.url();
    await page.keyboard.press('n');
    await page.waitForURL((url) => url.href !== here);
    // Two people under one number: something has to be put right either way.
    await page.locator('[data-testid="duplicate-pair"][data-claimed="mine"]').waitFor();
    await page.keyboard.press('d');
    await page.getByTestId('duplicate-order').getByText('两人登记了同一身份证号').waitFor();
  });

  it('and nobody of a township is offered it', async () => {
    const township = await visitors!.as('township');
    await township.goto('/duplicates');
    await township.page.getByText('您没有办理或查看此内容的权限。').waitFor();
  });
});
