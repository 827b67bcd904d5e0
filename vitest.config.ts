import { defineConfig } from 'vitest/config';

const rooms = ['access', 'ingest', 'registry', 'matchers', 'rules', 'alerts', 'dashboards', 'app', 'platform'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Properties take a second or two; the limit only ends what hangs.
          testTimeout: 60_000,
          include: [...rooms.map((room) => `${room}/**/*.test.ts`), 'test/*.test.ts', 'test/oracle/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
