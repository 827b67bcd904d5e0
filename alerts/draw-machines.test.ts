import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawMachines } from './draw-machines.ts';

it('docs/machines.md is what the tables say (after a change: npm run machines)', () => {
  const committed = readFileSync(join(import.meta.dirname, '../docs/machines.md'), 'utf8');
  expect(committed).toBe(drawMachines());
});

it('draws every state', () => {
  const drawn = drawMachines();
  expect(drawn.match(/stateDiagram-v2/g)).toHaveLength(2);
  for (const state of ['opened', 'reopened', 'following', 'disputed', 'withdrawn'])
    expect(drawn).toContain(`${state} -->`);
});
