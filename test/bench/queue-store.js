// Fills a store by SQL: households in 7 townships of 8 banners, three members each, warnings of 16 rules spread over
// levels, days and states, a case for each warned household with ten events. Nobody in it exists (模拟数据).

const RULES = `array['medical-burden','medical-admission','major-illness','rigid-ratio','income-drop','income-lost',
  'income-below-standard','income-edge','new-disability','single-household','many-disabled','dangerous-house','water-unsafe',
  'production-loss','relapse-risk','income-above-standard']`;
const region = (n) =>
  `('1599' || lpad((${n} % 8 + 1)::text, 2, '0') || (101 + ${n} / 8 % 7)::text || lpad((${n} / 56 % 5 + 1)::text, 3, '0'))`;

const statements = ({ warnings, households, sealed }) => [
  `insert into registry_revisions (as_of, recorded_at) values (current_date - 400, now())`,
  `insert into loads (directory, as_of, received_at, latest_day, counts, state, started_at)
   values ('bench', current_date, now(), current_date, '{}', 'judged', now())`,
  `insert into regions (region_code, name, parent_code, level, revision) select distinct on (code) code, '模拟' || code,
     case length(code) when 4 then null when 6 then left(code, 4) when 9 then left(code, 6) else left(code, 9) end,
     case length(code) when 4 then 'league' when 6 then 'banner' when 9 then 'township' else 'village' end, 1
   from (select left(${region('n')}, length) as code from generate_series(0, 279) n, unnest(array[4, 6, 9, 12]) as length) c`,
  `insert into households select n, 'H' || n from generate_series(1, ${households}) n`,
  `insert into household_categories (household_no, category_since, category, revision)
   select n, current_date - 300, (array['dibao','edge','rigid','other'])[1 + n % 4], 1 from generate_series(1, ${households}) n`,
  `insert into household_states (household_no, held_from, region_code, area, flags, stable_income, address, phone_sealed, revision)
   select n, current_date - 400, ${region('n')}, 'rural', '', false, '模拟嘎查' || n || '号', '${sealed}', 1 from generate_series(1, ${households}) n`,
  `insert into persons select n, 'P' || n from generate_series(1, ${3 * households}) n`,
  `insert into person_states (person_no, name, id_sealed, birth_date, sex, relation, labour_willing, student, revision)
   select n, '模拟' || (n / 3 % 20000), '${sealed}', date '1960-01-01' + n % 20000, 'M',
     (array['other','head','spouse'])[1 + n % 3], false, false, 1 from generate_series(1, ${3 * households}) n`,
  `insert into memberships (person_no, household_no, member_from, recorded, ordinal, revision)
   select n, (n + 2) / 3, null, 1, n, 1 from generate_series(1, ${3 * households}) n`,
  // Two warnings of three are the only one of their household, every third joins the one before.
  `create temporary table w as
   select n, 1 + (n - 1) * 2 / 3 % ${households} as household, 1 + n % 16 as rule, (n * 7919) % 41 as age, n % 9 = 0 as baseline
   from generate_series(1, ${warnings}) n`,
  `insert into cases (case_id, household_no, household_id, track, region_code, level, state, version, opened_at, opened_as_of, ordinal, head, progress)
   select 'c-bench-' || household, household, 'H' || household, 'need', ${region('household')}, 'orange',
     (array['opened','received','assigned','visited','verified','disposed'])[1 + household % 6], 10, now() - interval '30 days',
     current_date - 30, 1, '\\x00', '{"township": "159901101", "visit": {"visited_on": "2026-09-01", "near_relative": false},
       "verification": "confirmed", "dispositions": ["nothing"], "applications": [], "notices": 0, "referred": 0, "referrals": []}'
   from (select distinct household from w) h`,
  `insert into case_events (case_id, sequence, event, previous_hash, hash)
   select case_id, s, jsonb_build_object('case_id', case_id, 'sequence', s, 'at', '2026-09-01T08:00:00+08:00', 'actor', 'system',
       'role', 'system', 'why', null, 'clock', null, 'previous', repeat('0', 64), 'what', case when s = 1
         then jsonb_build_object('type', 'opened', 'track', 'need', 'warning_id', case_id, 'rule_id', 'medical-burden', 'rule_version', 1, 'level', 'orange')
         else jsonb_build_object('type', 'noted') end), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
   from cases, generate_series(1, 10) s`,
  `insert into warnings (warning_id, kind, rule_id, rule_version, subject, household_no, household_id, region_code, episode, level,
     direction, baseline, status, as_of, opened_at, last_evaluated_on, case_id, parameters, indicators, records, finding_hash, due_on)
   select 'w-bench-' || n, 'warning', (${RULES})[rule], 1, 'h:' || household, household, 'H' || household, ${region('household')}, n,
     (array['red','orange','orange','yellow','yellow','yellow','blue'])[1 + n % 7], 'need', baseline, 'open', current_date - age,
     now() - make_interval(days => age), current_date, 'c-bench-' || household,
     '{"limit": "5000.00", "red_multiple": 2}', '{"medical.self_paid_12m": "12345.00", "household.category": "dibao"}',
     (select jsonb_agg('medical-insurance/' || md5(n::text || k)) from generate_series(1, 8) k), '\\x00',
     case when baseline then null else current_date - age + 20 end
   from w`,
  // As old as the open ones: what the queue has to leave out.
  `insert into warnings (warning_id, kind, rule_id, rule_version, subject, household_no, household_id, region_code, episode, level,
     direction, baseline, status, as_of, opened_at, last_evaluated_on, parameters, indicators, records, finding_hash)
   select 'w-old-' || n, case when n % 2 = 0 then 'warning' else 'duty' end, (${RULES})[rule], 1, 'h:' || household, household,
     'H' || household, ${region('household')}, 1000000 + n, 'yellow', 'need', false, case when n % 2 = 0 then 'cleared' else 'open' end,
     current_date - age, now(), current_date, '{}', '{}', '[]', '\\x00' from w where n % 3 = 0`,
];

/** Returns ids to ask for. */
export const fillStore = async ({ postgres, cipher }, asked) => {
  const sealed = `\\x${cipher.seal('159901196001011234').toString('hex')}`;
  await postgres.transaction(
    async (tx) => {
      for (const statement of statements({ ...asked, sealed })) await tx.query(statement);
    },
    { scope: '*' },
  );
  // As autovacuum does some minutes after a load; the program's own role may not.
  const owner = await ownerOf(postgres);
  await owner('vacuum analyze');
  const [counted] = await postgres.query('select count(*)::int as cases from cases', [], { scope: '*' });
  return { ...asked, cases: counted.cases, deep: 'level|2|infinity|w-bench-1' };
};

/** The connection gave up its owner's rights for the program's role; it can take them back for one statement. */
const ownerOf = async (postgres) => async (statement) => {
  const client = await postgres.pool.connect();
  try {
    await client.query('reset role');
    await client.query(statement);
  } finally {
    client.release(true);
  }
};

/** The registry's mirror, and four facts of every third person. */
export const fillMirror = async ({ clickhouse }, { households }) => {
  const day = Math.floor(Date.now() / 86_400_000);
  await clickhouse.command(
    'write',
    `INSERT INTO mirror_memberships SELECT number + 1, intDiv(number, 3) + 1, -2147483647, 2147483647, 1, 0 FROM numbers(${3 * households})`,
  );
  await clickhouse.command(
    'write',
    `INSERT INTO mirror_categories SELECT number + 1, ${day - 300}, 'dibao', 1, 0 FROM numbers(${households})`,
  );
  await clickhouse.command(
    'write',
    `INSERT INTO mirror_states SELECT number + 1, ${day - 400}, concat('1599', leftPad(toString((number + 1) % 8 + 1), 2, '0'),
       toString(101 + intDiv(number + 1, 8) % 7), leftPad(toString(intDiv(number + 1, 56) % 5 + 1), 3, '0')),
       'rural', '', '', 0, NULL, NULL, NULL, NULL, NULL, NULL, 1, 0 FROM numbers(${households})`,
  );
  await clickhouse.command(
    'write',
    `INSERT INTO fact_versions SELECT intDiv(number, 4) * 3 + 1, number, 'medical.outpatient', ${day} - number % 700,
       toYear(today()) * 12 + toMonth(today()) - 1 - intDiv(number % 700, 30), 10000 + number % 5000, 0, 0, 0, 0, 'medical-insurance',
       toString(number), 1, now64(3), 2, 0 FROM numbers(${4 * households})`,
  );
};
