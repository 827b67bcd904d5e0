import type { CommandDeps } from '../alerts/index.ts';
import { publishedWorkingDays } from '../platform/working-days.ts';
import { discloseHousehold } from '../registry/index.ts';
import type { System } from './system.ts';

/** What commands on cases and referrals need of the rest of the program. */
export const commandDeps = ({ postgres, cipher, catalogue }: System): CommandDeps => ({
  postgres,
  cipher,
  workingDays: publishedWorkingDays,
  disclose: discloseHousehold(cipher),
  ruleTitle: (ruleId) => catalogue.rules.find((rule) => rule.id === ruleId)?.title ?? ruleId,
});
