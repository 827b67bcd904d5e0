-- The registered households with their history. Nothing is overwritten: a row that no longer holds gets the revision
-- that replaced it. Days are dates, amounts are fen. person_no and household_no are the pseudonyms that leave this
-- database; id numbers and phones lie encrypted, found by a keyed hash. They are counted up without gaps under a lock, not
-- by a sequence: a load that was interrupted and repeated must give everybody the same number.

create table registry_revisions (
  revision bigint generated always as identity primary key,
  as_of date not null,
  recorded_at timestamptz not null
);

create table regions (
  region_code text not null,
  name text not null,
  parent_code text,
  level text not null,
  revision bigint not null,
  replaced bigint
);
create unique index regions_current on regions (region_code) where replaced is null;

create table standards (
  region_code text not null,
  kind text not null,
  area text not null,
  effective_from date not null,
  amount bigint not null,
  document text,
  revision bigint not null,
  replaced bigint
);
create unique index standards_current on standards (region_code, kind, area, effective_from) where replaced is null;

create table households (
  household_no integer primary key,
  household_id text not null unique
);

create table household_categories (
  household_no integer not null references households,
  category_since date not null,
  category text not null,
  revision bigint not null,
  replaced bigint
);
create unique index household_categories_current on household_categories (household_no, category_since) where replaced is null;

-- Values without a date of their own hold from the as-of day of the load that brought them.
create table household_states (
  household_no integer not null references households,
  held_from date not null,
  region_code text not null,
  area text not null,
  flags text not null,
  labour text,
  stable_income boolean not null,
  monthly_benefit bigint,
  assessed_income bigint,
  assessed_on date,
  exit_grace_until date,
  last_verified_on date,
  last_reviewed_on date,
  address text,
  phone_sealed bytea,
  phone_hash bytea,
  revision bigint not null,
  replaced bigint
);
create unique index household_states_current on household_states (household_no, held_from) where replaced is null;
alter table household_states enable row level security;
create policy household_states_scope on household_states using (yilian_sees(region_code));

create table persons (
  person_no integer primary key,
  person_id text not null unique
);

create table person_states (
  person_no integer not null references persons,
  name text not null,
  id_sealed bytea,
  id_hash bytea,
  birth_date date,
  sex text,
  ethnicity text,
  relation text not null,
  category text,
  phone_sealed bytea,
  phone_hash bytea,
  disability_cert_sealed bytea,
  disability_cert_hash bytea,
  disability_category smallint,
  disability_grade smallint,
  labour_ability text,
  labour_willing boolean not null,
  student boolean not null,
  care text,
  revision bigint not null,
  replaced bigint
);
create unique index person_states_current on person_states (person_no) where replaced is null;
create index person_states_id on person_states (id_hash) where replaced is null;

-- left_on is the first day no longer a member: member_to, or the day of joining another household, the earlier.
-- recorded and ordinal (load, line) are when the row was said: what is said later about a person's household wins.
create table memberships (
  person_no integer not null references persons,
  household_no integer not null references households,
  member_from date,
  member_to date,
  left_on date,
  recorded bigint not null,
  ordinal bigint not null,
  revision bigint not null,
  replaced bigint
);
create unique index memberships_current on memberships (person_no, household_no, member_from) nulls not distinct where replaced is null;
create index memberships_household on memberships (household_no) where replaced is null;

create table authorisations (
  household_no integer not null references households,
  scope text not null,
  granted_on date not null,
  expires_on date,
  revision bigint not null,
  replaced bigint
);
create unique index authorisations_current on authorisations (household_no, scope, granted_on) where replaced is null;

-- Persons are seen with the households they belong to or belonged to.
alter table person_states enable row level security;
create policy person_states_scope on person_states using (
  coalesce(current_setting('yilian.scope', true), '') = '*'
  or exists (
    select from memberships m join household_states h on h.household_no = m.household_no
    where m.person_no = person_states.person_no and m.replaced is null and h.replaced is null and yilian_sees(h.region_code)
  )
);

-- Up to which revision the pseudonymous mirror in ClickHouse holds the registry.
create table registry_mirror (
  singleton boolean primary key default true check (singleton),
  revision bigint not null
);
