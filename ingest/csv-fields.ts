/**
 * Fields of one CSV record (RFC 4180), or null when its quotes can't be read: text behind a closing quote, or no closing
 * quote. Such a record has most likely lost one, and guessing would write one person's data to another. A quote inside
 * an unquoted field is a letter.
 */
export const csvFields = (record: string): string[] | null => {
  if (!record.includes('"')) return record.split(',');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      let field = '';
      let close = record.indexOf('"', at + 1);
      while (close >= 0 && record[close + 1] === '"') {
        field += record.slice(at + 1, close + 1);
        at = close + 1;
        close = record.indexOf('"', at + 1);
      }
      if (close < 0) return null;
      fields.push(field + record.slice(at + 1, close));
      at = close + 1;
      if (at === record.length) return fields;
      if (record[at] !== ',') return null;
    } else {
      const comma = record.indexOf(',', at);
      fields.push(record.slice(at, comma < 0 ? record.length : comma));
      if (comma < 0) return fields;
      at = comma;
    }
    at += 1;
  }
};
