import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks until there is an answer. For conditions outside this process that tell nobody when they change (a file of
 * another program); anything else has an event to wait for.
 *
 * @returns the first answer that is not null, or null when `ms` milliseconds passed without one
 */
export async function until<T>(
  ms: number,
  ask: () => Promise<T | null> | T | null,
  { every = 10 }: { every?: number } = {},
): Promise<T | null> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() >= end) return null;
    await pause(every);
  }
}
