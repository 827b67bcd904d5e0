/** Touches the world: fields about a household in full, for a referral that discloses them (PostgreSQL). */
import { formatDay } from '../platform/calendar.ts';
import type { Cipher } from '../platform/crypto.ts';
import type { Tx } from '../platform/postgres.ts';

interface Member extends Record<string, unknown> {
  name: string;
  relation: string;
  id_sealed: Buffer | null;
  phone_sealed: Buffer | null;
  birth_year: number | null;
}

const open = (cipher: Pick<Cipher, 'open'>, sealed: Buffer | null | undefined): string | null =>
  sealed == null ? null : cipher.open(sealed).toString('utf8');

const sayMember = ({ name, birth_year }: Member): string =>
  birth_year === null ? name : `${name}（${birth_year}年生）`;

/**
 * Fields of a household on a day, for a scope that shows it: `name`, `id_number` and `phone` are the head's (the household's
 * phone where the head has none), `members` names and birth years. A field that the registry does not know is null.
 */
export const discloseHousehold =
  (cipher: Pick<Cipher, 'open'>) =>
  async (
    tx: Tx,
    householdNo: number,
    fields: readonly string[],
    today: number,
  ): Promise<Record<string, string | null>> => {
    const day = formatDay(today);
    const members = await tx.query<Member>(
      `select p.name, p.relation, p.id_sealed, p.phone_sealed, extract(year from p.birth_date)::int as birth_year
       from memberships m join person_states p on p.person_no = m.person_no and p.replaced is null
       where m.household_no = $1 and m.replaced is null
         and coalesce(m.member_from, '-infinity') <= $2 and coalesce(m.left_on, 'infinity') > $2
       order by p.relation = 'head' desc, p.birth_date nulls last, p.person_no`,
      [householdNo, day],
    );
    // Whoever a lead names and nobody has registered is the head of a household without members.
    const [provisional] = await tx.query<Member & { address: string | null }>(
      `select name, 'head' as relation, id_sealed, phone_sealed, address, extract(year from birth_date)::int as birth_year
       from provisional_households where household_no = $1`,
      [householdNo],
    );
    const [home] = await tx.query<{ address: string | null; phone_sealed: Buffer | null }>(
      `select address, phone_sealed from household_states where household_no = $1 and replaced is null and held_from <= $2
       order by held_from desc limit 1`,
      [householdNo, day],
    );
    const head =
      members.find(({ relation }) => relation === 'head') ?? (members.length === 0 ? provisional : undefined);
    const known: Record<string, () => string | null> = {
      name: () => head?.name ?? null,
      id_number: () => open(cipher, head?.id_sealed),
      phone: () => open(cipher, head?.phone_sealed ?? home?.phone_sealed),
      address: () => home?.address ?? (members.length === 0 ? provisional?.address : null) ?? null,
      members: () => (members.length === 0 ? null : members.map(sayMember).join('、')),
    };
    return Object.fromEntries(fields.flatMap((field) => (field in known ? [[field, known[field]?.() ?? null]] : [])));
  };
