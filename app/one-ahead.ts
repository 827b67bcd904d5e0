/**
 * The items of a source with one read ahead: while somebody works on an item, and waits for a disk or an engine, the
 * next one is being read. A failure of the source comes at its place, after the items before it.
 */
export async function* oneAhead<T>(source: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  let next = source.next();
  try {
    for (;;) {
      const item = await next;
      if (item.done) return;
      next = source.next();
      // Until its turn comes nobody waits for it, and a failure nobody waits for would end the process.
      next.catch(() => undefined);
      yield item.value;
    }
  } finally {
    await source.return();
  }
}
