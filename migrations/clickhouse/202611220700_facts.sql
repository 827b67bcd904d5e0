-- Facts: what matched records say, pseudonymous. Amounts are fen, days are days since 1970-01-01, months are
-- year * 12 + month - 1. `facts` is the current view, read with FINAL; `fact_versions` keeps every version with the
-- time it was received, for known_at, the trail and the rebuild.
CREATE TABLE IF NOT EXISTS facts (
  person_no UInt32,
  fact_key UInt64,
  kind LowCardinality(String),
  day Int32,
  month Int32,
  amount Int64,
  amount_b Int64,
  category UInt8,
  grade UInt8,
  water UInt8,
  feed LowCardinality(String),
  record_id String,
  record_version UInt64,
  received_at DateTime64(3, 'UTC'),
  version UInt64,
  is_deleted UInt8
) ENGINE = ReplacingMergeTree(version, is_deleted) ORDER BY (person_no, fact_key);

CREATE TABLE IF NOT EXISTS fact_versions (
  person_no UInt32,
  fact_key UInt64,
  kind LowCardinality(String),
  day Int32,
  month Int32,
  amount Int64,
  amount_b Int64,
  category UInt8,
  grade UInt8,
  water UInt8,
  feed LowCardinality(String),
  record_id String,
  record_version UInt64,
  received_at DateTime64(3, 'UTC'),
  version UInt64,
  is_deleted UInt8
) ENGINE = ReplacingMergeTree ORDER BY (person_no, fact_key, version, is_deleted);

-- What comes into the history comes into the current view in the same insert.
CREATE MATERIALIZED VIEW IF NOT EXISTS facts_current TO facts AS SELECT * FROM fact_versions;

-- Every version of every record with the match decision made for it. Rank is version * 2, plus 1 for a withdrawal:
-- the highest rank of a record is in force.
CREATE TABLE IF NOT EXISTS record_versions (
  feed LowCardinality(String),
  key UInt64,
  record_id String,
  rank UInt64,
  content UInt64,
  load_no UInt32,
  file_no UInt32,
  position UInt64,
  received_at DateTime64(3, 'UTC'),
  outcome LowCardinality(String),
  person_no UInt32,
  score Float64,
  reasons Array(LowCardinality(String)),
  decision UInt32
) ENGINE = ReplacingMergeTree(decision) ORDER BY (feed, key, record_id, rank);

-- Records that wait: nobody registered is theirs yet, or only a reviewer can tell. The payload is encrypted; the
-- hash of the id number is keyed.
CREATE TABLE IF NOT EXISTS waiting_records (
  id_hash String,
  feed LowCardinality(String),
  key UInt64,
  record_id String,
  rank UInt64,
  outcome LowCardinality(String),
  day Int32,
  payload String,
  received_at DateTime64(3, 'UTC'),
  version UInt64,
  is_deleted UInt8
) ENGINE = ReplacingMergeTree(version, is_deleted) ORDER BY (id_hash, feed, key, record_id, rank);
