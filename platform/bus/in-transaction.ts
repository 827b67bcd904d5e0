import type pg from 'pg';

/** Commits when `work` returns. A connection that died is thrown away, not handed to the next borrower. */
export async function inTransaction<T>(pool: pg.Pool, work: (db: pg.PoolClient) => Promise<T>): Promise<T> {
  const db = await pool.connect();
  let broken = false;
  const onError = () => {
    broken = true;
  };
  // A connection that dies while it is lent out would otherwise end the process.
  db.on('error', onError);
  try {
    await db.query('begin');
    const result = await work(db);
    await db.query('commit');
    return result;
  } catch (error) {
    await db.query('rollback').catch(onError);
    throw error;
  } finally {
    db.off('error', onError);
    db.release(broken);
  }
}
