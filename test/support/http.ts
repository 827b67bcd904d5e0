/** Talks to a system over HTTP, as a browser would: a free port, a session, JSON. */
import { createServer } from 'node:net';

/** A port that nobody listens on right now. */
export const freePort = (): Promise<number> =>
  new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? done(address.port) : failed(new Error('no port')),
      );
    });
  });

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** GET with the cookie of a session, if there is one. Null while nobody listens. */
export const getJson = async (port: number, path: string, cookie = ''): Promise<Answer | null> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch {
    return null;
  }
};

/** The cookie of a new session of a demo account. */
export const signIn = async (port: number, account: string, password = 'yilian-demo'): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account, password }),
  });
  if (response.status !== 200) throw new Error(`${account} could not sign in: ${await response.text()}`);
  return (response.headers.get('set-cookie') ?? '').split(';', 1)[0] as string;
};
