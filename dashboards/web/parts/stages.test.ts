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

  it('goes back to the visit when it was sent back, and to the beginning when it was reopened', () => {
    expect(brief('assigned', 'opened', 'received', 'assigned', 'visited', 'sent_back')).toBe('##>.....');
    expect(brief('reopened', 'opened', 'received', 'visited', 'verified', 'disposed', 'closed', 'reopened')).toBe(
      '##>.....',
    );
  });
});
