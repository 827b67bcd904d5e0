import { describe, expect, it } from 'vitest';
import { chooseEvidence, type EvidenceFact, type EvidenceScope } from './evidence.ts';

const asOf = 20_000;
const scope: EvidenceScope = {
  asOf,
  yearAgo: asOf - 365,
  lastMonth: 660,
  living: new Set([1]),
  spending: new Set([1]),
  dwelling: new Set([1]),
  personNo: null,
  days: 90,
};
const fact = (recordId: string, said: Partial<EvidenceFact>): EvidenceFact => ({
  ...{ personNo: 1, kind: '', day: asOf, month: 660, amount: 1, category: 0, water: 0, recordVersion: 1 },
  ...{ recordId, record: `feed/${recordId}`, receivedAt: new Date(0) },
  ...said,
});
const chosen = (name: string, facts: readonly EvidenceFact[]): string[] =>
  chooseEvidence(new Set([name]), facts, scope).records.map((record) => record.replace('feed/', ''));

describe('the records that a value rests on', () => {
  it('are fees and aid of every stage but the compulsory one', () => {
    const facts = ['fee', 'aid', 'enrolled'].flatMap((event) =>
      [1, 2, 3, 4, 5].map((category) => fact(`${event}-${category}`, { kind: `education.${event}`, category })),
    );
    expect(chosen('education', facts)).toEqual(
      ['aid', 'fee'].flatMap((event) => [1, 3, 4, 5].map((category) => `${event}-${category}`)),
    );
  });

  it('are losses of disasters and accidents of the year', () => {
    const facts = [
      fact('accident', { kind: 'emergency.accident' }),
      fact('disaster', { kind: 'emergency.disaster', day: asOf - 364 }),
      fact('old', { kind: 'emergency.disaster', day: asOf - 365 }),
      fact('other', { kind: 'emergency.disaster', personNo: 2 }),
    ];
    expect(chosen('accident', facts)).toEqual(['accident', 'disaster']);
  });

  it('are wages, pensions and benefits of the months of income, and the income of its years', () => {
    const kinds = ['tax.labour', 'human-resources.pension_month', 'human-resources.benefit_month'];
    const others = ['human-resources.insurance_month', 'human-resources.employed', 'civil-affairs.paid.dibao'];
    const facts = [
      ...kinds.flatMap((kind) => [649, 660].map((month) => fact(`${kind}-${month}`, { kind, month }))),
      ...kinds.flatMap((kind) => [648, 661].map((month) => fact(`${kind}-${month}`, { kind, month }))),
      ...others.map((kind) => fact(kind, { kind })),
      fact('year', { kind: 'rural.annual_income', month: 636 }),
      fact('too-old', { kind: 'rural.annual_income', month: 624 }),
    ];
    const expected = kinds.flatMap((kind) => [`${kind}-649`, `${kind}-660`]);
    expect(chosen('income', facts)).toEqual([...expected, 'year'].sort());
  });

  it("are the leads of the rule's own days", () => {
    const facts = [
      fact('hotline', { kind: 'leads.hotline' }),
      fact('first', { kind: 'leads.visit', day: asOf - 89 }),
      fact('too-old', { kind: 'leads.visit', day: asOf - 90 }),
      fact('other', { kind: 'leads.visit', personNo: 2 }),
    ];
    expect(chosen('leads', facts)).toEqual(['first', 'hotline']);
  });

  it('are the first death, whoever reported it', () => {
    const facts = [
      fact('health', { kind: 'health.death', day: 19_990 }),
      fact('police', { kind: 'public-security.death', day: 19_980 }),
    ];
    const records = chooseEvidence(new Set(['death']), facts, { ...scope, personNo: 1 }).records;
    expect(records).toEqual(['feed/police']);
  });
});
