/**
 * Brings together what several callers hand in at the same time: of what waits, the items of one key are taken as one group, the
 * oldest first, at most `most` by `sizeOf` and at least one. One group is taken after the other, whatever its key, because each holds
 * connections. A group that fails is taken once more item by item, so that one bad item does not hold up the others: `take` has to
 * bear that.
 */
export const gather = <T>({
  keyOf,
  sizeOf,
  most,
  take,
}: {
  readonly keyOf: (item: T) => string;
  readonly sizeOf: (item: T) => number;
  readonly most: number;
  readonly take: (items: readonly T[]) => Promise<void>;
}): ((item: T) => Promise<void>) => {
  interface Waiting {
    readonly item: T;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isTaking = false;

  const nextGroup = (oldest: Waiting): Waiting[] => {
    const key = keyOf(oldest.item);
    const group: Waiting[] = [];
    const left: Waiting[] = [];
    let size = 0;
    for (const one of waiting) {
      const isOfKey = keyOf(one.item) === key;
      if (isOfKey) size += sizeOf(one.item);
      // Counted also where it does not fit: what comes behind it of the same key must not overtake it.
      if (isOfKey && (size <= most || group.length === 0)) group.push(one);
      else left.push(one);
    }
    waiting = left;
    return group;
  };

  const takeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await take(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const one of group) await takeGroup([one]);
    }
  };

  const takeAll = async (): Promise<void> => {
    isTaking = true;
    // Callers that have something at the same moment come one after the other within it.
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (let [oldest] = waiting; oldest !== undefined; [oldest] = waiting) await takeGroup(nextGroup(oldest));
    isTaking = false;
  };

  return (item) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isTaking) void takeAll();
    });
};
