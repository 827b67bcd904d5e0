-- Why evidence decided as it did, kept with the decision (record_versions). Levels and bits, nobody's name or number; `persons`
-- are whom the record was compared with, the one that the explanation is about first, and `bits` what each reached. The
-- explanation names the model by its hash: with it the same bits come out again.
CREATE TABLE IF NOT EXISTS match_explanations (
  feed LowCardinality(String),
  key UInt64,
  record_id String,
  rank UInt64,
  decision UInt32,
  received_at DateTime64(3, 'UTC'),
  model LowCardinality(String),
  persons Array(UInt32),
  bits Array(Float64),
  explanation String
) ENGINE = ReplacingMergeTree ORDER BY (feed, key, record_id, rank, decision);
