/** Touches the world: recomputes the chains of all cases, or of one. */
import type { Cipher } from '../platform/crypto.ts';
import type { Postgres } from '../platform/postgres.ts';
import { type BrokenLink, GENESIS, linkedBy, verifyCase, verifyLinks } from './chain.ts';
import { readCasePage, readEvents } from './chain-store.ts';

const PAGE = 500;

/** Returns how many cases were recomputed and the first broken link of each altered one, in order of case id. */
export const verifyChains = async (
  { postgres, cipher }: { postgres: Postgres; cipher: Pick<Cipher, 'open'> },
  caseId: string | null,
): Promise<{ cases: number; events: number; broken: BrokenLink[] }> => {
  const broken: BrokenLink[] = [];
  let cases = 0;
  let events = 0;
  for (let after = ''; ; ) {
    const page = await readCasePage(postgres, cipher, caseId === null ? { after, limit: PAGE } : { caseId });
    const linked = page.flatMap((found) => found.events.flatMap(({ event }) => linkedBy(event)));
    const others = new Set([...page.flatMap((found) => found.previousCaseId ?? []), ...linked.map((to) => to.case_id)]);
    const before = await readEvents(postgres, cipher, [...others]);
    const isEvent = (of: string, hash: string): boolean =>
      (before.get(of) ?? []).some((stored) => stored.hash.toString('hex') === hash);
    for (const found of page) {
      const ground =
        found.previousCaseId === null ? [GENESIS] : (before.get(found.previousCaseId) ?? []).map((e) => e.hash);
      const foundations = new Set(ground.map((hash) => hash.toString('hex')));
      const link =
        verifyCase(found.caseId, found.events, found.head, foundations) ??
        verifyLinks(found.caseId, found.events, isEvent);
      if (link !== null) broken.push(link);
      cases += 1;
      events += found.events.length;
    }
    if (caseId !== null || page.length < PAGE) return { cases, events, broken };
    after = (page.at(-1) as { caseId: string }).caseId;
  }
};
