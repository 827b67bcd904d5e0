import { describe, expect, it } from 'vitest';
import { createConditions } from './conditions.ts';
import { queueQuery } from './contract.ts';
import { cursorDay, cursorId, readCursor, writeCursor } from './cursor.ts';
import { addFaceted, addFixed } from './queue-conditions.ts';

describe('queueQuery', () => {
  it('takes several values repeated or separated by commas', () => {
    expect(queueQuery.parse({ level: 'red, orange', clock: ['overdue', 'none'] })).toMatchObject({
      level: ['red', 'orange'],
      clock: ['overdue', 'none'],
      sort: 'level',
      limit: 50,
    });
  });

  it.each([
    [{ level: 'purple' }],
    [{ region: '1599; drop table' }],
    [{ region: '1' }],
    [{ limit: '0' }],
    [{ limit: '201' }],
    [{ sort: 'name' }],
    [{ q: 'x'.repeat(65) }],
  ])('refuses %j', (query) => {
    expect(queueQuery.safeParse(query).success).toBe(false);
  });
});

describe('conditions of a queue query', () => {
  it('hold no value of the query as SQL text', () => {
    const query = queueQuery.parse({
      ...{ level: 'red,orange', rule: `x' or true --`, region: '159901', case_state: `y' or true --` },
      ...{ clock: 'overdue,at_risk', baseline: 'false', direction: 'need', status: 'open,cleared' },
    });
    const conditions = createConditions('true');
    addFixed(conditions, query, [1, 2]);
    addFaceted(conditions, query, 20_000);
    expect(conditions.sql()).not.toMatch(/or true|red|159901|2024/);
    const placeholders = new Set(conditions.sql().match(/\$\d+/g));
    expect(placeholders.size).toBe(conditions.values.length);
  });
});

describe('cursor', () => {
  const forms = [cursorDay, cursorId];

  it('comes back as it was written', () => {
    expect(readCursor('due', forms, writeCursor('due', ['2026-10-01', 'w-1']))).toEqual(['2026-10-01', 'w-1']);
    expect(readCursor('due', forms, writeCursor('due', ['infinity', 'w-1']))).toEqual(['infinity', 'w-1']);
    expect(readCursor('due', forms, undefined)).toBeNull();
  });

  it.each(['level|2026-10-01|w-1', 'due|2026-10-01', 'due|soon|w-1', `due|infinity|w'1`, 'due|infinity|w-1|x'])(
    'is refused as %s',
    (text) => {
      expect(() => readCursor('due', forms, text)).toThrow('翻页位置已失效');
    },
  );
});
