import { describe, expect, it } from 'vitest';
import { changed, newRequestId } from './drafts.ts';

describe('a draft', () => {
  it('keeps its request id while it is typed', () => {
    const first = changed(null, { note: 'a' }, () => 'one');
    expect(changed(first, { note: 'ab' }, () => 'two')).toEqual({
      values: { note: 'ab' },
      request_id: 'one',
      sent: false,
    });
  });

  it('gets another one when it is changed after it went out, so that the change is not taken for a repetition', () => {
    const sent = { ...changed(null, { note: 'a' }, () => 'one'), sent: true };
    expect(changed(sent, { note: 'b' }, () => 'two').request_id).toBe('two');
  });

  it('has a version 4 UUID', () => {
    expect(newRequestId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
