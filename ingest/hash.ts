/**
 * 52-bit hash of a text (two mixed 32-bit halves). Fits a JavaScript number and a ClickHouse UInt64 without BigInt.
 * Not for secrets; whoever looks something up by it compares the text as well.
 */
export const hash52 = (text: string, seed = 0): number => hash52Of([text], '', seed);

/** The hash of the parts one after the other, `end` behind each, without making that text. Null says nothing. */
export const hash52Of = (parts: readonly (string | number | null)[], end: string, seed: number): number => {
  // Both halves stay in local variables: captured by a function they would be objects, renewed for every letter.
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ seed;
  for (let at = 0; at < 2 * parts.length; at += 1) {
    const part = at % 2 === 0 ? (parts[at / 2] ?? '') : end;
    if (typeof part === 'number' && Number.isInteger(part) && part >= 0 && part < 1e9) {
      // The letters of its text, without the text: amounts and days are most of a record.
      for (let unit = unitOf(part); unit >= 1; unit = (unit / 10) | 0) {
        const letter = ZERO + (((part / unit) | 0) % 10);
        h1 = Math.imul(h1 ^ letter, 2_654_435_761);
        h2 = Math.imul(h2 ^ letter, 1_597_334_677);
      }
      continue;
    }
    const text = typeof part === 'string' ? part : String(part);
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      h1 = Math.imul(h1 ^ unit, 2_654_435_761);
      h2 = Math.imul(h2 ^ unit, 1_597_334_677);
    }
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909);
  return 4_294_967_296 * (h2 & 0xfffff) + (h1 >>> 0);
};

const ZERO = 48;

/** The power of ten that the first digit of a whole number counts. */
const unitOf = (value: number): number => {
  let unit = 1;
  while (unit * 10 <= value) unit *= 10;
  return unit;
};
