import type { Deliveries } from '../../ingest/index.ts';
import type { ClickHouse } from '../../platform/clickhouse.ts';
import type { Cipher } from '../../platform/crypto.ts';
import type { Postgres } from '../../platform/postgres.ts';
import type { Catalogue } from '../../rules/index.ts';

/** What the read models need; the day and the reader come with each request. */
export interface QueryDeps {
  readonly postgres: Postgres;
  readonly clickhouse: ClickHouse;
  readonly cipher: Cipher;
  readonly catalogue: Catalogue;
  readonly deliveries: Deliveries;
  /** Whether the store holds fictional data. Asked at every request: a demo is loaded while the pages are already there. */
  readonly isSynthetic: () => boolean;
}
