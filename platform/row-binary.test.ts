import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowBinary } from './row-binary.ts';

/** A reader of the form by its documentation, which shares nothing with the writer. */
const reader = (bytes: Buffer) => {
  let at = 0;
  const take = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const length = (): number => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = take(1).readUInt8();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
      shift *= 128;
    }
  };
  const text = (): string => take(length()).toString('utf8');
  return {
    uint8: () => take(1).readUInt8(),
    uint32: () => take(4).readUInt32LE(),
    int32: () => take(4).readInt32LE(),
    uint64: () => take(8).readBigUInt64LE(),
    int64: () => take(8).readBigInt64LE(),
    float64: () => take(8).readDoubleLE(),
    text,
    texts: () => Array.from({ length: length() }, text),
    uint32s: () => Array.from({ length: length() }, () => take(4).readUInt32LE()),
    float64s: () => Array.from({ length: length() }, () => take(8).readDoubleLE()),
    left: () => bytes.length - at,
  };
};

const row = fc.record({
  small: fc.integer({ min: 0, max: 255 }),
  whole: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  signed: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  large: fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  amount: fc.maxSafeInteger(),
  score: fc.double({ noNaN: true }),
  at: fc.date({ noInvalidDate: true }),
  text: fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 100, maxLength: 300 })),
  texts: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 200 }),
  persons: fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 200 }),
  bits: fc.array(fc.double({ noNaN: true }), { maxLength: 200 }),
});

describe('RowBinary', () => {
  it('holds what was written, however often the buffer has to grow', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const out = new RowBinary(0);
        for (const r of rows) {
          out.uint8(r.small);
          out.uint32(r.whole);
          out.int32(r.signed);
          out.uint64(r.large);
          out.int64(r.amount);
          out.float64(r.score);
          out.time(r.at);
          out.text(r.text);
          out.texts(r.texts);
          out.uint32s(r.persons);
          out.float64s(r.bits);
        }
        const found = reader(out.done());
        for (const r of rows) {
          expect(found.uint8()).toBe(r.small);
          expect(found.uint32()).toBe(r.whole);
          expect(found.int32()).toBe(r.signed);
          expect(found.uint64()).toBe(BigInt(r.large));
          expect(found.int64()).toBe(BigInt(r.amount));
          expect(found.float64()).toBe(r.score);
          expect(found.int64()).toBe(BigInt(r.at.getTime()));
          expect(found.text()).toBe(r.text);
          expect(found.texts()).toEqual(r.texts);
          expect(found.uint32s()).toEqual(r.persons);
          expect(found.float64s()).toEqual(r.bits);
        }
        expect(found.left()).toBe(0);
      }),
    );
  });

  it('writes a long text that is no ASCII with the length of its bytes', () => {
    const out = new RowBinary(0);
    out.text('阿'.repeat(50));
    expect(reader(out.done()).text()).toBe('阿'.repeat(50));
  });
});
