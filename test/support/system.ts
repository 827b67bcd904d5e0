/** Opens the system of a home inside the test, for what no command shows. Nobody else may hold the home meanwhile. */
import { resolve } from 'node:path';
import { openSystem, type System } from '../../app/system.ts';
import { parseConfig } from '../../platform/config.ts';
import { createLifecycle } from '../../platform/lifecycle.ts';
import { createLog } from '../../platform/log.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface OpenedSystem {
  readonly system: System;
  close(): Promise<void>;
}

export const openSystemOf = async (home: string): Promise<OpenedSystem> => {
  const parsed = parseConfig({ YILIAN_HOME: home, YILIAN_LOG_LEVEL: 'silent' }, home);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const log = createLog({ level: 'silent' });
  const lifecycle = createLifecycle({ log, exit: () => undefined, on: () => undefined });
  const close = (): Promise<void> => lifecycle.stop('test');
  try {
    return { system: await openSystem(parsed.config, log, lifecycle, ROOT), close };
  } catch (error) {
    await close();
    throw error;
  }
};

export const withSystem = async <T>(home: string, work: (system: System) => Promise<T>): Promise<T> => {
  const { system, close } = await openSystemOf(home);
  try {
    return await work(system);
  } finally {
    await close();
  }
};
