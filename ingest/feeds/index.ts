import type { Feed } from '../feed.ts';
import * as list from './list.ts';

const all: readonly Feed[] = Object.values(list);

/** Every feed that the product takes, by folder and topic name; in the order of their Chinese names, as people look for them. */
export const feeds: ReadonlyMap<string, Feed> = new Map(
  all.toSorted((a, b) => a.zh.localeCompare(b.zh, 'zh')).map((feed) => [feed.name, feed]),
);
