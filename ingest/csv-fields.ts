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

const QUOTE = 34;
const COMMA = 44;
const ASCII = 128;

/**
 * Fields of one CSV record of UTF-8 bytes in which no quote stands, as nearly all are; null where one does. They are cut
 * out of the bytes, so that only what is no ASCII is decoded.
 */
export const plainCsvFields = (bytes: Buffer): string[] | null => {
  // One byte a letter, so that places are the same.
  const text = bytes.toString('latin1');
  const fields: string[] = [];
  let from = 0;
  let every = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = at < bytes.length ? (bytes[at] as number) : COMMA;
    if (byte === QUOTE) return null;
    if (byte !== COMMA) {
      every |= byte;
      continue;
    }
    fields.push(every < ASCII ? text.slice(from, at) : bytes.toString('utf8', from, at));
    from = at + 1;
    every = 0;
  }
  return fields;
};
