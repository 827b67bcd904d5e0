import { expect, it } from 'vitest';
import { createGb18030Encoder } from './gb18030.ts';

it('writes what Node reads back as the same text', () => {
  const encode = createGb18030Encoder();
  const decode = (bytes: Buffer): string => new TextDecoder('gb18030').decode(bytes);
  const text = '编号,name\r\n那顺·巴雅尔•．１２３,ｘ〔2026〕€䶮龑,😀𠀀,œπ';
  expect(decode(encode(text))).toBe(text);
  expect(encode('一').toString('hex')).toBe('d2bb');
  let everything = '';
  for (let code = 0x20; code < 0xd7ff; code++) everything += String.fromCharCode(code);
  expect(decode(encode(everything))).toBe(everything);
});
