import { describe, expect, it } from 'vitest';
import type { ChainStep } from '../api/types.ts';
import { stagesOf } from './stages.ts';

const chain = (...types: string[]): ChainStep[] =>
  types.map((type, sequence) => ({
    sequence,
    at: '2026-11-01T00:00:00+08:00',
    type,
    says: type,
    actor: 'a',
    role: 'analyst',
    what: {},
    personal: {},
    clock: null,
    hash: '',
    previous: '',
  }));
const brief = (state: string, ...types: string[]): string =>
  stagesOf(state, chain(...types))
    .map(({ is }) => ({ done: '#', now: '>', ahead: '.', owed: '!' })[is])
    .join('');

describe('stagesOf', () => {
  it('walks from found to closed', () => {
    expect(brief('opened', 'opened')).toBe('#>......');
    expect(brief('assigned', 'opened', 'received', 'assigned')).toBe('##>.....');
    expect(brief('verified', 'opened', 'received', 'assigned', 'visited', 'verified')).toBe('####>...');
    expect(brief('following', 'opened', 'received', 'assigned', 'visited', 'verified', 'disposed', 'reported')).toBe(
      '######>.',
    );
    expect(
      brief('closed', 'opened', 'received', 'assigned', 'visited', 'verified', 'disposed', 'reported', 'closed'),
    ).toBe('########');
  });

  it('owes the visit after emergency aid, until it was made', () => {
    expect(brief('disposed', 'opened', 'received', 'disposed')).toBe('##!!#>..');
    expect(brief('disposed', 'opened', 'received', 'disposed', 'visited')).toBe('###!#>..');
  });

  it('names who received the case, also after somebody else reopened it', () => {
    const steps = chain('opened', 'received', 'visited', 'closed', 'inspected', 'reopened', 'assigned');
    const by = steps.map((step) => ({ ...step, actor: step.type === 'received' ? '接收人' : '抽检员' }));
    const received = stagesOf('assigned', by).find(({ name }) => name === 'received');
    expect([received?.is, received?.step?.type, received?.step?.actor]).toEqual(['done', 'received', '接收人']);
  });

  it('goes back to the visit when it was sent back, and to the beginning when it was reopened', () => {
    expect(brief('assigned', 'opened', 'received', 'assigned', 'visited', 'sent_back')).toBe('##>.....');
    expect(brief('reopened', 'opened', 'received', 'visited', 'verified', 'disposed', 'closed', 'reopened')).toBe(
      '##>.....',
    );
  });
});
