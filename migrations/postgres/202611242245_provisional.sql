-- Households of people whom a lead names and nobody has registered yet. Their number and outer id stand in `households`; they
-- have no membership, category or state, so that nothing but a lead judges them.
create table provisional_households (
  household_no integer primary key references households,
  region_code text not null,
  name text not null,
  id_sealed bytea,
  birth_date date,
  phone_sealed bytea,
  address text,
  created_at timestamptz not null
);
alter table provisional_households enable row level security;
create policy provisional_households_scope on provisional_households using (yilian_sees(region_code, (select yilian_scope())));
