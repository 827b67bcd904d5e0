/** Touches the world: the smallest exchange directory that a warning comes of - one family, and one record about its house. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trustedIdNumber } from '../matchers/index.ts';
import { addMonths, formatDay } from '../platform/calendar.ts';

const VILLAGE = '159901101001';
/** A first-generation number of a region that does not exist; with 18 characters it gets its right check character. */
const FIFTEEN_DIGITS = '159901700315017';

export const HOUSEHOLD = 'selfcheck-1';
export const TOWNSHIP = '159901101';
export const RECORD = { feed: 'housing', id: 'selfcheck-record-1', rule: 'dangerous-house' } as const;

const csv = (header: string, ...rows: string[]): string => [header, ...rows, ''].join('\n');

/** Writes the registry; no department has sent anything yet. */
export const writeRegistry = async (directory: string, today: number): Promise<void> => {
  const folder = join(directory, 'registry');
  await mkdir(folder, { recursive: true });
  const day = formatDay(today);
  const since = formatDay(addMonths(today, -12));
  const files = {
    regions: csv(
      'region_code,name,parent_code,level',
      '1599,模拟盟,,league',
      '159901,模拟旗,1599,banner',
      `${TOWNSHIP},模拟镇,159901,township`,
      `${VILLAGE},模拟村,${TOWNSHIP},village`,
    ),
    standards: csv(
      'region_code,kind,area,effective_from,amount,document',
      `159901,dibao,rural,${since},800.00,模拟文件`,
    ),
    households: csv(
      'household_id,region_code,area,category,category_since,last_verified_on,last_reviewed_on,address',
      `${HOUSEHOLD},${VILLAGE},rural,dibao,${since},${day},${day},模拟村1号`,
    ),
    persons: csv(
      'person_id,household_id,name,id_number,birth_date,sex,relation,member_from',
      `selfcheck-p1,${HOUSEHOLD},巴图,${trustedIdNumber(FIFTEEN_DIGITS)},1970-03-15,M,head,${since}`,
    ),
    authorisations: csv('household_id,scope,granted_on,expires_on'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.csv`), text);
};

/** Puts the department's record into the inbox: the family's house was found to be dangerous. */
export const writeRecord = async (directory: string, today: number): Promise<void> => {
  const folder = join(directory, 'feeds', RECORD.feed);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'selfcheck.csv'),
    csv(
      'record_id,version,occurred_on,region_code,name,id_number,event,grade',
      `${RECORD.id},1,${formatDay(today)},${VILLAGE},巴图,${trustedIdNumber(FIFTEEN_DIGITS)},dangerous_house,C`,
    ),
  );
};
