/** Touches the world: `POST /api/feeds/<feed>/records`, the way in for departments' programs. */
import { z } from 'zod';
import { may, RouteProblem } from '../access/index.ts';
import { feeds } from '../ingest/index.ts';
import type { MachineRoute } from './http-machine.ts';
import type { Push } from './push.ts';
import { pushAnswer } from './push-answer.ts';
import { JSON_TYPE, LINES_TYPE, MOST_BYTES } from './push-body.ts';

const KEY_HEADER = 'idempotency-key';
/** What a key may be: visible ASCII, as every client can send it. */
const KEY = /^[\x21-\x7e]{1,200}$/;

const unknownFeed = () =>
  new RouteProblem(404, 'unknown_feed', `没有这个数据源。可用的数据源：${[...feeds.keys()].join('、')}。`);
const otherFeed = (given: readonly string[]) =>
  new RouteProblem(
    403,
    'forbidden_feed',
    `该接口凭证不能报送这个数据源，只能报送：${given.join('、')}。如需增加请联系管理员。`,
  );
const badKey = () =>
  new RouteProblem(
    400,
    'bad_idempotency_key',
    'Idempotency-Key 须为 1 至 200 个可见的 ASCII 字符，请使用例如一个 UUID。',
  );

export const pushRoute = (push: Pick<Push, 'push'>): MachineRoute => ({
  method: 'POST',
  url: '/api/feeds/:feed/records',
  act: 'push_records',
  summary:
    'Push records of a feed as a JSON array or as lines (NDJSON); answered when they are kept. The same Idempotency-Key with the same body is answered as the first time',
  params: z.object({ feed: z.string() }),
  headers: z.object({ [KEY_HEADER]: z.string().optional() }),
  consumes: { types: [JSON_TYPE, LINES_TYPE], schema: z.array(z.record(z.string(), z.unknown())) },
  mostBytes: MOST_BYTES,
  reply: pushAnswer,
  answer: async ({ actor, params, header, mediaType, body }) => {
    const feed = feeds.get(params['feed'] ?? '');
    if (feed === undefined) throw unknownFeed();
    if (!may(actor, 'push_records', { feed: feed.name }).allowed) throw otherFeed(actor.feeds ?? []);
    const key = header(KEY_HEADER);
    if (key !== null && !KEY.test(key)) throw badKey();
    const { answer, repeated } = await push.push({ actor, feed, body, isArray: mediaType === JSON_TYPE, key });
    return { body: answer, headers: repeated ? { 'idempotent-replayed': 'true' } : {} };
  },
});
