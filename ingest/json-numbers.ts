/**
 * The texts of the numbers at the top level of one JSON object. JSON.parse makes 1.0 and 1 one value and loses the last
 * digits of an 18-digit number; where that matters (an integer must be digits, an id number may arrive as a number) the
 * text is read again here. The line must already have parsed as JSON.
 */
export const topLevelNumbers = (line: string): Map<string, string> => {
  const found = new Map<string, string>();
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  let depth = 0;
  let key = '';
  let previous = '';
  for (const [text] of line.matchAll(token)) {
    if (text === '{' || text === '[') depth += 1;
    else if (text === '}' || text === ']') depth -= 1;
    else if (depth === 1 && text[0] === '"' && previous !== ':') key = JSON.parse(text) as string;
    else if (depth === 1 && previous === ':' && /^[-\d]/.test(text)) found.set(key, text);
    previous = text;
  }
  return found;
};
