import type { Ledger } from '../ledger.ts';
import type { Household } from '../model.ts';
import type { Random } from '../random.ts';
import type { Settings } from '../settings.ts';

/** What every part of ordinary life is given. */
export type LifeScene = { household: Household; ledger: Ledger; random: Random; settings: Settings };
