import { describe, expect, it } from 'vitest';
import { maskIdNumber, maskName, maskPhone } from './mask.ts';

describe('maskName', () => {
  it.each([
    ['张三', '张*'],
    ['张三丰', '张*'],
    ['欧阳修远', '欧*'],
    ['巴特尔', '巴*'],
    ['那顺·巴雅尔', '那*·**'],
    ['孛儿只斤．巴图', '孛*·**'],
    ['李·明', '李*·**'],
    ['张', '*'],
    ['', '*'],
    ['𠮷田', '𠮷*'],
  ])('shows %s as %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});

describe('maskIdNumber', () => {
  it.each([
    ['159901198001011234', '159901********1234'],
    ['15990119800101123X', '159901********123X'],
    ['159901800101123', '159901******123'],
    ['A1234567', '******'],
    ['', '******'],
  ])('shows %s as %s', (text, masked) => {
    expect(maskIdNumber(text)).toBe(masked);
  });
});

describe('maskPhone', () => {
  it.each([
    ['13812341234', '138****1234'],
    ['0471-1234567', '****67'],
    ['12345', '****'],
  ])('shows %s as %s', (text, masked) => {
    expect(maskPhone(text)).toBe(masked);
  });
});
