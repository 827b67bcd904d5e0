import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storiesOfNeed } from './stories-of-need.ts';
import { storiesOfOtherTurns } from './stories-of-other-turns.ts';
import { idNumberOf } from './write-delivery.ts';

const stories = [...storiesOfNeed, ...storiesOfOtherTurns];

describe('the ten stories', () => {
  it('are told in docs/stories.md, each by its title and its stage', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/stories.md'), 'utf8');
    const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim());
    const rows = page
      .split('\n')
      .map(cellsOf)
      .filter(([, id]) => /^GS\d\d$/.test(id ?? ''))
      .map((cells) => cells.slice(1, 4).join('|'));
    expect(stories).toHaveLength(10);
    expect(rows).toEqual(stories.map((s) => `${s.householdId}|${s.title}|${s.stage}`).sort());
  });

  it('are about people who do not exist, no two with one number', () => {
    const numbers = stories.flatMap((story) => story.members.map(idNumberOf));
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(number).toMatch(/^159901\d{11}[\dX]$/);
  });

  it('have acts in the order of their days, none after the day of the demo', () => {
    for (const { acts, deliveries, wages } of stories) {
      const days = acts.map(({ on, at }) => `${String(1000 + on)} ${at}`);
      expect(days).toEqual([...days].sort());
      const first = Math.min(...deliveries.map(({ on }) => on), wages?.on ?? 0);
      for (const { on } of acts) expect(on >= first && on <= 0).toBe(true);
    }
  });
});
