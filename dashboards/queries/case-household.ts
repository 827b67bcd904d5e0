/** Touches the world: the household of a case as the registry holds it on a day, masked (PostgreSQL). */
import { civil, parseIsoDay } from '../../platform/calendar.ts';
import type { Cipher } from '../../platform/crypto.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { CaseDetail } from './contract.ts';
import { maskIdNumber, maskName, maskPhone } from './mask.ts';
import { yuan } from './money.ts';
import { memberOn } from './names.ts';
import { disabilityTitle } from './titles.ts';

type Household = CaseDetail['household'];

interface MemberRow extends Record<string, unknown> {
  person_id: string;
  name: string;
  id_sealed: Buffer | null;
  birth_date: string | null;
  sex: string | null;
  relation: string;
  labour_ability: string | null;
  student: boolean;
  disability_category: number | null;
  disability_grade: number | null;
}

/** Full years; in years without 29 February that birthday is 1 March. */
export const ageOn = (birth: string | null, day: string): number | null => {
  const [born, today] = [birth === null ? null : parseIsoDay(birth), parseIsoDay(day)];
  if (born === null || today === null) return null;
  const [b, t] = [civil(born), civil(today)];
  const hadBirthday = t.month > b.month || (t.month === b.month && t.day >= b.day);
  return t.year - b.year - (hadBirthday ? 0 : 1);
};

const readMembers = (tx: Tx, householdNo: number, day: string): Promise<MemberRow[]> =>
  tx.query<MemberRow>(
    `select p.person_id, s.name, s.id_sealed, s.birth_date, s.sex, s.relation, s.labour_ability, s.student,
       s.disability_category, s.disability_grade
     from memberships m join persons p on p.person_no = m.person_no
     join person_states s on s.person_no = m.person_no and s.replaced is null
     where m.household_no = $1 and ${memberOn('$2')}
     order by (s.relation = 'head') desc, (s.relation = 'spouse') desc, s.birth_date nulls last, p.person_id`,
    [householdNo, day],
  );

/** Whoever a lead names and nobody has registered: the one member of a household without a registry's row. */
const readProvisional = async (tx: Tx, householdNo: number, householdId: string) => {
  const [row] = await tx.query<{
    name: string;
    id_sealed: Buffer | null;
    birth_date: string | null;
    phone_sealed: Buffer | null;
    address: string | null;
  }>('select name, id_sealed, birth_date, phone_sealed, address from provisional_households where household_no = $1', [
    householdNo,
  ]);
  if (row === undefined) return null;
  const nothing = { labour_ability: null, student: false, disability_category: null, disability_grade: null };
  const member: MemberRow = { ...row, ...nothing, person_id: householdId, sex: null, relation: 'head' };
  return { member, home: { address: row.address, phone_sealed: row.phone_sealed, area: null, monthly_benefit: null } };
};

const readState = async (tx: Tx, householdNo: number, day: string) => {
  const [row] = await tx.query<{
    area: string;
    address: string | null;
    phone_sealed: Buffer | null;
    monthly_benefit: number | null;
  }>(
    `select area, address, phone_sealed, monthly_benefit from household_states where household_no = $1 and replaced is null
     order by held_from <= $2 desc, case when held_from <= $2 then held_from end desc, held_from limit 1`,
    [householdNo, day],
  );
  return row ?? null;
};

const readCategory = async (tx: Tx, householdNo: number, day: string) => {
  const [row] = await tx.query<{ category: string; category_since: string }>(
    `select category, category_since from household_categories
     where household_no = $1 and replaced is null and category_since <= $2 order by category_since desc limit 1`,
    [householdNo, day],
  );
  return row ?? null;
};

export const readHousehold = async (
  tx: Tx,
  cipher: Pick<Cipher, 'open'>,
  { household_no, household_id }: { readonly household_no: number; readonly household_id: string },
  day: string,
): Promise<Household> => {
  const registered = await readMembers(tx, household_no, day);
  const provisional = registered.length > 0 ? null : await readProvisional(tx, household_no, household_id);
  const members = provisional === null ? registered : [provisional.member];
  const state = provisional?.home ?? (await readState(tx, household_no, day));
  const category = await readCategory(tx, household_no, day);
  const open = (sealed: Buffer): string => cipher.open(sealed).toString('utf8');
  const [head] = members;
  return {
    household_id,
    head: head === undefined ? null : maskName(head.name),
    category: category?.category ?? null,
    category_since: category?.category_since ?? null,
    area: state?.area ?? null,
    address: state?.address ?? null,
    phone: state === null || state.phone_sealed === null ? null : maskPhone(open(state.phone_sealed)),
    monthly_benefit: state === null || state.monthly_benefit === null ? null : yuan(state.monthly_benefit),
    members: members.map((member) => ({
      person_id: member.person_id,
      name: maskName(member.name),
      relation: member.relation,
      sex: member.sex,
      age: ageOn(member.birth_date, day),
      id_number: member.id_sealed === null ? null : maskIdNumber(open(member.id_sealed)),
      labour_ability: member.labour_ability,
      student: member.student,
      disability:
        member.disability_category === null
          ? null
          : disabilityTitle(member.disability_category, member.disability_grade ?? 0),
    })),
  };
};
