/** Encodes text to GB18030; text without it is encoded by Buffer. */
export type Gb18030Encoder = (text: string) => Buffer;

/**
 * An encoder from a reverse table: Node decodes GB18030 but does not encode it. All two-byte codes and the four-byte codes of
 * the basic plane are decoded once (about 60,000 characters), the planes above follow a formula of the standard.
 */
export const createGb18030Encoder = (): Gb18030Encoder => {
  const decoder = new TextDecoder('gb18030');
  const codes = new Uint32Array(65536);
  const remember = (bytes: readonly number[], code: number): void => {
    const text = decoder.decode(Uint8Array.from(bytes));
    const unit = text.charCodeAt(0);
    if (text.length === 1 && unit !== 0xfffd && codes[unit] === 0) codes[unit] = code;
  };
  for (let a = 0x81; a <= 0xfe; a++) {
    for (let b = 0x40; b <= 0xfe; b++) if (b !== 0x7f) remember([a, b], (a << 8) | b);
  }
  for (let linear = 0; linear < 39420; linear++) {
    const bytes = fourBytes(0x81, linear);
    remember(bytes, ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0);
  }
  return (text) => {
    const out = Buffer.allocUnsafe(text.length * 4);
    let end = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80) {
        out[end++] = unit;
        continue;
      }
      if (unit >= 0xd800 && unit < 0xdc00) {
        for (const byte of fourBytes(0x90, text.codePointAt(i)! - 0x10000)) out[end++] = byte;
        i++;
        continue;
      }
      const code = codes[unit]!;
      if (code > 0xffff) {
        out[end++] = code >>> 24;
        out[end++] = (code >>> 16) & 0xff;
      }
      out[end++] = (code >>> 8) & 0xff;
      out[end++] = code & 0xff;
    }
    return out.subarray(0, end);
  };
};

const fourBytes = (lead: number, linear: number): readonly number[] => [
  lead + Math.floor(linear / 12600),
  0x30 + (Math.floor(linear / 1260) % 10),
  0x81 + (Math.floor(linear / 10) % 126),
  0x30 + (linear % 10),
];
