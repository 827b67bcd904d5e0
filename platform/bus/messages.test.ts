import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageRefusedError } from './contract.ts';
import { checkMessages, cut, MAX_MESSAGE_BYTES, messageBytes, partitionOf } from './messages.ts';

describe('checkMessages', () => {
  const message = { topic: 'feed.civil-affairs_1', key: 'k', value: Buffer.from('v') };

  it('takes the names that Kafka takes and no others', () => {
    expect(() => checkMessages([message])).not.toThrow();
    for (const topic of ['', '.', '..', 'a b', '民政', 'a/b', 'x'.repeat(250)]) {
      expect(() => checkMessages([message, { ...message, topic }])).toThrow(MessageRefusedError);
    }
  });

  it('counts key and headers as bytes, and says no content', () => {
    const full = {
      ...message,
      value: Buffer.alloc(MAX_MESSAGE_BYTES - messageBytes({ key: 'k', value: Buffer.alloc(0) })),
    };
    expect(() => checkMessages([full])).not.toThrow();
    expect(() => checkMessages([{ ...full, key: '低保' }])).toThrow(MessageRefusedError);
    expect(() => checkMessages([{ ...full, headers: { source: 'secret' } }])).toThrow(/^(?!.*secret).*feed\.civil/);
  });
});

describe('cut', () => {
  it('keeps everything in order, and passes a limit only for a single item', () => {
    const limits = fc.record({ count: fc.integer({ min: 1, max: 7 }), bytes: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 80 })), limits, (sizes, limit) => {
        const pieces = cut(sizes, limit, (size) => size);
        expect(pieces.flat()).toEqual(sizes);
        for (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(limit.count);
          if (piece.length > 1) expect(piece.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit.bytes);
        }
      }),
    );
  });
});

describe('partitionOf', () => {
  it('never changes: these keys have messages in these partitions', () => {
    const keys = ['', 'a', 'household-1', 'household-2', '低保/1', 'zero\u0000byte'];
    expect(keys.map((key) => partitionOf(key, 16))).toEqual([11, 3, 14, 11, 6, 1]);
  });

  it('spreads keys that differ in one digit', () => {
    const counts = [0, 0, 0, 0];
    for (let n = 0; n < 4000; n += 1) counts[partitionOf(`household-${n}`, 4)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
