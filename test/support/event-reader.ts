/** Reads server-sent events as a browser does, over a real connection that a test can cut. */
import { get, type IncomingMessage } from 'node:http';
import { until } from '../../platform/until.ts';

export interface ReadEvent {
  readonly id: number;
  readonly data: { readonly type: string; readonly case_id: string | null; readonly referral_id: string | null };
}

export interface EventReader {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: ReadEvent[];
  /** Last id that was seen, with data or without: what a browser sends when it comes back. */
  lastId(): string | null;
  comments(): number;
  text(): string;
  hasEnded(): boolean;
  /** Stops taking bytes, as a page does that hangs. */
  stall(): void;
  resume(): void;
  cut(): void;
}

export const readEvents = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventReader> => {
  const request = get(url, { headers, agent: false });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  request.on('error', () => undefined);
  let whole = '';
  let rest = '';
  let id: string | null = null;
  let comments = 0;
  let isOver = false;
  const events: ReadEvent[] = [];
  const take = (block: string): void => {
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) comments += 1;
      if (line.startsWith('id: ')) id = line.slice(4);
      if (line.startsWith('data: ')) data += line.slice(6);
    }
    if (data !== '') events.push({ id: Number(id), data: JSON.parse(data) });
  };
  response.setEncoding('utf8').on('data', (text: string) => {
    whole += text;
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    blocks.forEach(take);
  });
  for (const end of ['end', 'close', 'error']) {
    response.on(end, () => {
      isOver = true;
    });
  }
  const reader: EventReader = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    lastId: () => id,
    comments: () => comments,
    text: () => whole,
    hasEnded: () => isOver,
    stall: () => response.pause(),
    resume: () => response.resume(),
    cut: () => request.destroy(),
  };
  // From here on nothing that happens is missed.
  if (reader.status === 200) await until(10_000, () => (id === null && !isOver ? null : true));
  return reader;
};
