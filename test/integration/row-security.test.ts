import { beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../../app/simulate/index.ts';
import { type Home, openFolder, openHome } from '../support/program.ts';
import { withSystem } from '../support/system.ts';

/** Tables that hold rows of households; whoever sees nothing must see none of their rows. */
const PROTECTED = ['household_states', 'person_states', 'warnings', 'cases', 'case_events'];

describe('row-level security', () => {
  let home: Home;

  beforeAll(async () => {
    const directory = await openFolder();
    // More than 2,000 households make two banners.
    await simulate({ households: 2_400, seed: 5, months: 3, out: directory, asOf: '2026-09-30' });
    home = await openHome();
    await home.load(directory, '2026-09-30');
  });

  it('binds a role that owns nothing and may not go round it', async () => {
    const [facts] = await withSystem(home.path, ({ postgres }) =>
      postgres.query<{ owned: number; superuser: boolean; bypass: boolean; role: string }>(
        `select (select count(*)::int from pg_class where relowner = r.oid) as owned, rolsuper as superuser,
           rolbypassrls as bypass, rolname as role from pg_roles r where rolname = current_user`,
      ),
    );
    expect(facts).toEqual({ owned: 0, superuser: false, bypass: false, role: 'yilian_app' });
  });

  it('shows nothing without a scope, a banner its own, and everything to the program', async () => {
    await withSystem(home.path, async ({ postgres }) => {
      const count = async (table: string, scope?: string): Promise<number> => {
        const options = scope === undefined ? undefined : { scope };
        const [row] = await postgres.query<{ n: number }>(`select count(*)::int as n from ${table}`, [], options);
        return row?.n ?? -1;
      };
      for (const table of PROTECTED) {
        const all = await count(table, '*');
        expect(all, table).toBeGreaterThan(0);
        expect(await count(table), table).toBe(0);
        expect(await count(table, ''), table).toBe(0);
        const first = await count(table, '159901');
        const second = await count(table, '159902');
        expect(first, table).toBeGreaterThan(0);
        expect(second, table).toBeGreaterThan(0);
        expect(await count(table, '159901,159902'), table).toBe(first + second);
        expect(first + second, table).toBe(all);
      }
      const regions = await postgres.query<{ banner: string }>(
        'select distinct left(region_code, 6) as banner from warnings',
        [],
        { scope: '159902' },
      );
      expect(regions).toEqual([{ banner: '159902' }]);
    });
  });

  it('refuses to write a row into a region outside the scope', async () => {
    await withSystem(home.path, async ({ postgres }) => {
      const move = postgres.query("update cases set region_code = '159902101001'", [], { scope: '159901' });
      await expect(move).rejects.toMatchObject({ code: '42501' });
    });
  });
});
