/** Touches the world: regions that a reader may see, with what lies above them (PostgreSQL). */
import type { Actor } from '../../access/index.ts';
import type { Postgres } from '../../platform/postgres.ts';
import type { RegionsTree } from './contract.ts';

export const readRegions = async (postgres: Postgres, actor: Actor): Promise<RegionsTree> => ({
  regions: await postgres.query<RegionsTree['regions'][number]>(
    `select region_code, name, parent_code, level from regions
     where replaced is null
       and exists (select from unnest($1::text[]) as given where starts_with(region_code, given) or starts_with(given, region_code))
     order by region_code`,
    [actor.role === 'system' ? [''] : actor.regions.filter(Boolean)],
  ),
});
