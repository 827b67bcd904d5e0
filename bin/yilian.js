#!/usr/bin/env node
// Waiting for disk and engines happens in libuv's pool; the embedded ClickHouse takes a thread per statement. It must be
// set before the pool is first used, so before anything is imported.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
const { main } = await import('../dist/app/main.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist')) throw error;
  console.error('yilian is not built yet: run `npm run build` (npm ci does it unless scripts are switched off).');
  process.exit(1);
});
await main(process.argv.slice(2));
