import { describe, expect, it } from 'vitest';
import type { Log } from '../log.ts';
import { keepRunning } from './keep-running.ts';

const log = { warn: () => {} } as unknown as Log;
const backOff = { firstMs: 1, mostMs: 4 };

describe('keepRunning', () => {
  it('gives the first error to the caller and does not try again', async () => {
    let sessions = 0;
    const worker = keepRunning(
      async () => {
        sessions += 1;
        throw new Error('no such server');
      },
      { backOff, log },
    );
    await expect(worker.started).rejects.toThrow('no such server');
    await worker.close();
    expect(sessions).toBe(1);
  });

  it('waits for passing trouble to pass before the first join, but not for ever', async () => {
    let sessions = 0;
    const worker = keepRunning(
      async () => {
        sessions += 1;
        throw new Error('loading');
      },
      { backOff, log, isPassing: () => true },
    );
    await expect(worker.started).rejects.toThrow('loading');
    expect(sessions).toBe(10);
  });

  it('begins a new session after each that was lost, until it is closed', async () => {
    let sessions = 0;
    let again!: () => void;
    const third = new Promise<void>((resolve) => {
      again = resolve;
    });
    const worker = keepRunning(
      async ({ joined, stop }) => {
        sessions += 1;
        joined();
        if (sessions < 3) throw new Error('connection lost');
        again();
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
      },
      { backOff, log },
    );
    await worker.started;
    await third;
    await worker.close();
    expect(sessions).toBe(3);
  });

  it('does not wait out its pause when it is closed', async () => {
    const worker = keepRunning(
      async ({ joined }) => {
        joined();
        throw new Error('connection lost');
      },
      { backOff: { firstMs: 3_600_000, mostMs: 3_600_000 }, log },
    );
    await worker.started;
    await worker.close();
  });
});
