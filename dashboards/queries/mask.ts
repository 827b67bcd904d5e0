/**
 * Personal data as screens show it. How many characters were left out is not told: a name of two characters would
 * otherwise be easier to guess. Pure.
 */

/**
 * `张三丰` becomes `张*`, `巴特尔` becomes `巴*`; of a name in two parts the first keeps its first character:
 * `那顺·巴雅尔` becomes `那*·**`. Of a single character nothing is left.
 */
export const maskName = (name: string): string => {
  const [first = '', ...others] = name.trim().split(/[·•．.]/);
  const letters = [...first];
  if (letters.length + others.length < 2) return '*';
  return `${letters[0] ?? ''}*${others.length === 0 ? '' : '·**'}`;
};

/** `152921198001011234` becomes `152921********1234`; what has not the form of an id number is left out whole. */
export const maskIdNumber = (text: string): string =>
  /^\d{17}[\dXx]$/.test(text)
    ? `${text.slice(0, 6)}********${text.slice(14)}`
    : /^\d{15}$/.test(text)
      ? `${text.slice(0, 6)}******${text.slice(12)}`
      : '******';

/** `13812341234` becomes `138****1234`; a number of another form keeps its last two digits if it is long enough. */
export const maskPhone = (text: string): string => {
  if (/^\d{11}$/.test(text)) return `${text.slice(0, 3)}****${text.slice(7)}`;
  return text.length > 6 ? `****${text.slice(-2)}` : '****';
};
