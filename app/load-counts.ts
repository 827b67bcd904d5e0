/** What `load --json` counts (commands.md). Kept with the load, so that a load that goes on after a crash goes on counting. */
export interface LoadCounts {
  records: {
    read: number;
    accepted: number;
    duplicate: number;
    conflicting: number;
    rejected: number;
    not_authorised: number;
  };
  rejected_by_reason: Record<string, number>;
  completions: number;
}

export const noCounts = (): LoadCounts => ({
  records: { read: 0, accepted: 0, duplicate: 0, conflicting: 0, rejected: 0, not_authorised: 0 },
  rejected_by_reason: {},
  completions: 0,
});

export const addCounts = (counts: LoadCounts, more: Partial<LoadCounts['records']>): void => {
  for (const [name, n] of Object.entries(more)) counts.records[name as keyof LoadCounts['records']] += n;
};

/** Both together. */
export const sumCounts = (a: LoadCounts, b: LoadCounts): LoadCounts => {
  const sum = structuredClone(a);
  addCounts(sum, b.records);
  for (const [reason, n] of Object.entries(b.rejected_by_reason)) {
    sum.rejected_by_reason[reason] = (sum.rejected_by_reason[reason] ?? 0) + n;
  }
  sum.completions += b.completions;
  return sum;
};
