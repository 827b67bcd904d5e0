/**
 * What cannot wait: the smaller, the sooner it is asked. People in need now (leads, disasters), then illness, then what ends
 * or begins a benefit; all else by age alone.
 */
const ORDER: Readonly<Record<string, number>> = {
  ...{
    leads: 0,
    emergency: 0,
    health: 1,
    'medical-insurance': 1,
    'public-security': 2,
    disability: 2,
    'civil-affairs': 2,
  },
};
const OTHERS = 3;

export const urgencyOf = (feed: string): number => ORDER[feed] ?? OTHERS;
