-- A pseudonymous mirror of the registry, history included: no name, id number, phone or address. `replaced` is the
-- revision that ended a row, 0 while it holds. Open days are -2147483648 and 2147483647.
CREATE TABLE IF NOT EXISTS mirror_memberships (
  person_no UInt32,
  household_no UInt32,
  member_from Int32,
  left_on Int32,
  revision UInt64,
  replaced UInt64
) ENGINE = ReplacingMergeTree(replaced) ORDER BY (household_no, person_no, member_from, revision);

CREATE TABLE IF NOT EXISTS mirror_persons (
  person_no UInt32,
  birth_day Nullable(Int32),
  category LowCardinality(String),
  certificate UInt8,
  disability_category UInt8,
  disability_grade UInt8,
  student UInt8,
  revision UInt64,
  replaced UInt64
) ENGINE = ReplacingMergeTree(replaced) ORDER BY (person_no, revision);

CREATE TABLE IF NOT EXISTS mirror_categories (
  household_no UInt32,
  category_since Int32,
  category LowCardinality(String),
  revision UInt64,
  replaced UInt64
) ENGINE = ReplacingMergeTree(replaced) ORDER BY (household_no, category_since, revision);

CREATE TABLE IF NOT EXISTS mirror_states (
  household_no UInt32,
  held_from Int32,
  region_code LowCardinality(String),
  area LowCardinality(String),
  flags LowCardinality(String),
  labour LowCardinality(String),
  stable_income UInt8,
  monthly_benefit Nullable(Int64),
  assessed_income Nullable(Int64),
  assessed_on Nullable(Int32),
  exit_grace_until Nullable(Int32),
  last_verified_on Nullable(Int32),
  last_reviewed_on Nullable(Int32),
  revision UInt64,
  replaced UInt64
) ENGINE = ReplacingMergeTree(replaced) ORDER BY (household_no, held_from, revision);

CREATE TABLE IF NOT EXISTS mirror_authorisations (
  household_no UInt32,
  granted_on Int32,
  expires_on Int32,
  revision UInt64,
  replaced UInt64
) ENGINE = ReplacingMergeTree(replaced) ORDER BY (household_no, granted_on, revision);

-- What holds in a region for one sweep: the span of complete income months and the standards on its day.
CREATE TABLE IF NOT EXISTS sweep_regions (
  sweep UInt64,
  region_code LowCardinality(String),
  area LowCardinality(String),
  first_month Nullable(Int32),
  last_month Nullable(Int32),
  standards Map(LowCardinality(String), Int64)
) ENGINE = MergeTree PARTITION BY sweep ORDER BY (region_code, area);

-- Households that a sweep looks at: the dirty ones, and those that have ever been warned of.
CREATE TABLE IF NOT EXISTS sweep_households (
  sweep UInt64,
  household_no UInt32,
  watched UInt8
) ENGINE = MergeTree PARTITION BY sweep ORDER BY household_no;
