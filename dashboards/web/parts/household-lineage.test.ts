import i18next from 'i18next';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { MemoryRouter } from 'react-router';
import { beforeAll, expect, it } from 'vitest';
import type { CaseDetail } from '../api/types.ts';
import { en } from '../i18n/en.ts';
import { zh } from '../i18n/zh.ts';
import { HouseholdLineage } from './household-lineage.tsx';

type Step = CaseDetail['lineage'][number];
const relations = ['split_from', 'split_into', 'merged_from', 'merged_into'] as const;
const step = (relation: Step['relation'], more: Partial<Step> = {}): Step => ({
  ...{ relation, day: '2026-05-01', members: 2, household_id: 'H1', case_id: 'c-1' },
  ...more,
});
const page = (...steps: Step[]): string =>
  renderToStaticMarkup(createElement(MemoryRouter, null, createElement(HouseholdLineage, { steps })));
const says = (relation: Step['relation']): string => page(step(relation)).replace(/^.*<span>|<\/span>.*$/g, '');

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    ...{ resources: { zh: { translation: zh }, en: { translation: en } }, lng: 'zh', fallbackLng: false },
    interpolation: { escapeValue: false },
  });
});

it('says where a household came from and where it went, in both languages', async () => {
  expect(relations.map(says)).toEqual([
    '2026-05-01 由 H1（2人）分户而来',
    '2026-05-01 分出 H1（2人）',
    '2026-05-01 H1（2人）并入本户',
    '2026-05-01 整户（2人）并入 H1',
  ]);
  await i18next.changeLanguage('en');
  for (const said of relations.map(says)) expect(said).toMatch(/^2026-05-01 .*H1.*members: 2/);
  await i18next.changeLanguage('zh');
});

it('leads to the other chain where the reader may open it, and names no household that they may not see', () => {
  expect(page(step('split_from'))).toContain('href="/cases/c-1"');
  const hidden = page(step('split_from', { household_id: null, case_id: null }));
  expect(hidden).toContain('由 另一户（2人）分户而来');
  expect(hidden).not.toContain('href');
  expect(page()).toBe('');
});
