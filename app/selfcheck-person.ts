/** Touches the world: somebody who works on the system's pages, as their browser does - over HTTP, with a session. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { demoAccounts, problem } from '../access/index.ts';
import {
  type CaseCommand,
  type CommandDone,
  commandDone,
  commandRefused,
  type ReferralCommand,
} from '../alerts/contract.ts';
import { type LiveEvent, liveEvent } from '../dashboards/queries/contract.ts';

export interface Person {
  get<T>(path: string, answer: z.ZodType<T>): Promise<T>;
  onCase(caseId: string, version: number, command: CaseCommand): Promise<CommandDone>;
  onReferral(referralId: string, version: number, command: ReferralCommand): Promise<CommandDone>;
  /** What this person's open page is told from now on; grows by itself. */
  follow(): Promise<readonly ToldEvent[]>;
}

export interface ToldEvent extends LiveEvent {
  readonly id: number;
}

/** What is not as it should be, in one line. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** What an address answered instead of what was asked for, in one line. */
const refusal = (status: number, body: unknown): StepFailed => {
  const refused = commandRefused.safeParse(body);
  const said = refused.success
    ? `${refused.data.error} ${refused.data.refusal ?? ''}`
    : problem.safeParse(body).data?.error;
  return new StepFailed(`HTTP ${status} ${said ?? ''}`.trim());
};

const readStream = async (body: ReadableStream<Uint8Array>, told: ToldEvent[]): Promise<void> => {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | undefined =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined) told.push({ ...liveEvent.parse(JSON.parse(data)), id: Number(field('id')) });
    }
  }
};

/** Signs a demo account in with the password that the sign-in page shows. */
export const signIn = async (address: string, account: string, signal: AbortSignal): Promise<Person> => {
  const shown = demoAccounts.parse(await (await fetch(`${address}/api/demo-accounts`, { signal })).json());
  const password = shown.accounts.find((demo) => demo.account === account)?.password;
  const json = { 'content-type': 'application/json' };
  const session = await fetch(`${address}/api/session`, {
    ...{ method: 'POST', headers: json, signal },
    body: JSON.stringify({ account, password }),
  });
  if (!session.ok) throw refusal(session.status, await session.json());
  const cookie = (session.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';

  const ask = async <T>(path: string, answer: z.ZodType<T>, body?: unknown): Promise<T> => {
    const response = await fetch(`${address}${path}`, {
      ...{ signal, headers: { cookie, ...(body === undefined ? {} : json) } },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const read: unknown = await response.json();
    if (!response.ok) throw refusal(response.status, read);
    return answer.parse(read);
  };
  const command = (path: string, version: number, given: unknown): Promise<CommandDone> =>
    ask(path, commandDone, { version, request_id: randomUUID(), command: given });

  return {
    get: ask,
    onCase: (caseId, version, given) => command(`/api/cases/${caseId}/commands`, version, given),
    onReferral: (referralId, version, given) => command(`/api/referrals/${referralId}/commands`, version, given),
    async follow() {
      const told: ToldEvent[] = [];
      const response = await fetch(`${address}/api/events`, { headers: { cookie }, signal });
      if (!response.ok || response.body === null) throw refusal(response.status, null);
      // It ends with the system; whoever waits for an event notices that by their own time limit.
      readStream(response.body, told).catch(() => undefined);
      return told;
    },
  };
};
