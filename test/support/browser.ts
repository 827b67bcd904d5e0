/** Chromium for tests: where it is on this machine, and how it is started. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The program that YILIAN_CHROMIUM names, or the first Chromium or Chrome of PATH and /usr/bin; null where there is none. */
export const findChromium = (): string | null => {
  const given = process.env['YILIAN_CHROMIUM'];
  if (given !== undefined && given.trim() !== '') {
    if (!isProgram(given)) throw new Error(`YILIAN_CHROMIUM names ${given}, which is no program`);
    return given;
  }
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'];
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null;
};

/** Playwright gives it a new folder for its data and ends it with this process. Nothing of it calls home. */
export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--headless=new',
      // Chromium's sandbox refuses root, which is who runs tests in a container
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
