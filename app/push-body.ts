import { createHash } from 'node:crypto';
import { RouteProblem } from '../access/index.ts';
import { createArrayLines, NoJsonArray } from '../ingest/index.ts';

/** Largest body that is taken at once; more goes in several, or as a file. */
export const MOST_BYTES = 33_554_432;
export const JSON_TYPE = 'application/json';
export const LINES_TYPE = 'application/x-ndjson';

export const tooLarge = () =>
  new RouteProblem(413, 'too_large', `一次最多报送 ${MOST_BYTES / 1_048_576} MB，请分批报送，或改用文件方式。`);
const noArray = (at: number) =>
  new RouteProblem(
    400,
    'bad_body',
    `请求内容不是完整的 JSON 数组（第 ${at + 1} 字节处有误）。请发送 [ {…}, {…} ]，或以 ${LINES_TYPE} 每行发送一个 JSON 对象。`,
  );
const empty = () => new RouteProblem(400, 'bad_body', '请求内容为空。请至少报送一条记录。');

/** What of a body is known once it was read to its end. */
export interface ReadBody {
  /** Of the bytes as sent. */
  readonly sha256: Buffer;
}

/**
 * A pushed body as lines, one a record, chunk by chunk. Throws RouteProblem where it is too large, empty, or no array;
 * whoever reads keeps nothing then. `done` hears what it was.
 */
export async function* bodyLines(
  body: AsyncIterable<Buffer>,
  isArray: boolean,
  done: (read: ReadBody) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const array = isArray ? createArrayLines() : null;
  let bytes = 0;
  let lines = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw tooLarge();
      hash.update(chunk);
      const out = array === null ? chunk : array.push(chunk);
      lines += out.length;
      if (out.length > 0) yield out;
    }
    array?.finish();
  } catch (error) {
    throw error instanceof NoJsonArray ? noArray(error.at) : error;
  }
  if (lines === 0) throw empty();
  done({ sha256: hash.digest() });
}
