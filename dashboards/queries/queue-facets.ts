/** Touches the world: counts beside the queue's filters (PostgreSQL). */
import { type Actor, scopeOf } from '../../access/index.ts';
import { shanghaiDay } from '../../platform/calendar.ts';
import { createConditions } from './conditions.ts';
import type { QueueFacets, QueueQuery } from './contract.ts';
import type { QueryDeps } from './deps.ts';
import { type Cell, facetsOf, lengthBelow } from './facets.ts';
import { findHouseholds, readRegionNames } from './names.ts';
import { addFixed, clockSql } from './queue-conditions.ts';
import { ruleNames } from './rule-text.ts';

/** The program itself is bound to no region. */
const EVERYWHERE = [''];

/** One pass over the warnings counts them by everything that has a facet; which of it a facet counts is told from that. */
export const readFacets = (deps: QueryDeps, actor: Actor, query: QueueQuery, now: Date): Promise<QueueFacets> =>
  deps.postgres.transaction(
    async (tx) => {
      const given = actor.role === 'system' ? EVERYWHERE : actor.regions;
      const found = query.q === undefined || query.q === '' ? null : await findHouseholds(tx, deps.cipher, query.q);
      const conditions = createConditions(`w.kind = 'warning'`);
      addFixed(conditions, query, found);
      const length = Math.max(...[...given, query.region ?? ''].map(lengthBelow));
      const clock = clockSql(conditions, shanghaiDay(now));
      const cells = await tx.query<Cell & Record<string, unknown>>(
        `select w.level, w.rule_id, left(w.region_code, ${conditions.bind(length)}) as region, ${clock} as clock,
           c.state as case_state, w.baseline, count(*)::int as count
         from warnings w left join cases c on c.case_id = w.case_id
         where ${conditions.sql()} group by 1, 2, 3, 4, 5, 6`,
        conditions.values,
      );
      const codes = cells.flatMap(({ region }) => [4, 6, 9, 12].map((n) => region.slice(0, n)));
      const regions = await readRegionNames(tx, codes);
      return facetsOf(cells, query, given, {
        rule: ruleNames(deps.catalogue),
        region: (code) => regions.get(code) ?? code,
      });
    },
    { scope: scopeOf(actor) },
  );
