import { feeds } from './feeds/index.ts';

/** The department that a feed comes from. */
export const senderOf = (feed: string): string => feeds.get(feed)?.department ?? feed;

/** Feeds by the department that sends them and answers for them. */
export const feedsBySender = (): ReadonlyMap<string, readonly string[]> => {
  const senders = new Map<string, string[]>();
  for (const { name } of feeds.values()) senders.set(senderOf(name), [...(senders.get(senderOf(name)) ?? []), name]);
  return senders;
};

/** Departments that send and get no referrals have no other place that names them. */
export const senderWords: Readonly<Record<string, string>> = {
  tax: '税务局',
  'public-security': '公安局',
  'natural-resources': '自然资源局',
  'market-supervision': '市场监督管理局',
};
