import type { Cell } from './model.ts';
import type { Random } from './random.ts';

// What education, human resources, emergency, police, land, market, civil affairs and callers fill in beside the person: the own
// cells of a record, in the column order of feeds.md, section 3. Amounts in fen, days and months as numbers, '' for what is left out.

export type Stage = 'preschool' | 'compulsory' | 'high_school' | 'vocational' | 'college';

/** A fee or aid of a school stage, in fen, or an event without an amount. */
export const schooling = (
  event: 'enrolled' | 'fee' | 'aid' | 'dropout_risk' | 'graduated',
  stage: Stage,
  fen: number | '' = '',
): Cell[] => [event, stage, fen];

/** A pension of a month; `basic` is the part that is no income. */
export const pension = (month: number, fen: number, basic: number | '', kind: string): Cell[] => [
  'pension_month',
  month,
  fen,
  basic,
  kind,
  '',
];

/** An unemployment benefit of a month. */
export const benefit = (month: number, fen: number): Cell[] => ['benefit_month', month, fen, '', '', ''];

/** A month for which contributions were paid. */
export const contribution = (month: number): Cell[] => ['insurance_month', month, '', '', '', ''];

/** Work taken up or lost, or the end of a benefit. */
export const employment = (
  event: 'employed' | 'unemployed' | 'benefit_ends',
  employer: 'public' | 'other' | '' = '',
): Cell[] => [event, '', '', '', '', employer];

/** A disaster or an accident; the loss in fen. */
export const mishap = (event: 'disaster' | 'accident', loss: number | '', rooms: number | '' = ''): Cell[] => [
  event,
  loss,
  rooms,
];

/** An event of the police. */
export const police = (
  event: 'death' | 'vehicle_registered' | 'imprisoned' | 'released' | 'moved_out',
  vehicle = '',
): Cell[] => [event, vehicle];

/** A house or shop in the land register, or a compensation in fen. */
export const land = (
  random: Random,
  event: 'house_registered' | 'shop_registered' | 'land_compensation',
  fen: number | '' = '',
): Cell[] => [event, event === 'land_compensation' ? '' : `${random.between(30, 140)}.${random.below(10)}`, fen];

/** A business set up or struck off. */
export const business = (random: Random, event: 'registered' | 'cancelled', kind: string): Cell[] => [
  event,
  kind,
  event === 'registered' && random.chance(0.6) ? random.between(1, 60) * 1_000_000 : '',
];

export type Aid = 'dibao' | 'tekun' | 'edge' | 'rigid' | 'temporary' | 'disabled_living' | 'disabled_care';

/** A payment, or its failure, for a month. */
export const payment = (event: 'paid' | 'pay_failed', kind: Aid, month: number, fen: number | ''): Cell[] => [
  event,
  kind,
  '',
  fen,
  month,
  '',
  event === 'pay_failed' ? '账户异常' : '',
];

/** A step of an application. */
export const application = (
  random: Random,
  event: 'accepted' | 'confirmed' | 'refused' | 'adjusted' | 'stopped',
  kind: Aid,
): Cell[] => [
  event,
  kind,
  `SQ${random.between(100_000, 999_999)}`,
  '',
  '',
  random.chance(0.3) ? random.pick(['true', 'false']) : '',
  event === 'refused' ? '收入超标' : '',
];

const NEEDS = ['living', 'medical', 'education', 'housing', 'employment', 'industry', 'disaster', 'care', 'other', ''];
const NOTES = ['家中老人无人照料', '反映生活困难', '住院花费较大', '请尽快入户核实', ''];

/** A lead from below, or a warning issued from above with its number, time, level and deadline. */
export const lead = (random: Random, channel: string, issued: string, due: number): Cell[] => {
  const above = channel === 'upper_level';
  return [
    channel,
    random.pick(NEEDS),
    random.pick(NOTES),
    above ? `ZZQ${random.between(1_000_000, 9_999_999)}` : '',
    above ? issued : '',
    above ? random.pick(['red', 'orange', 'yellow', 'blue', '']) : '',
    above ? due : '',
  ];
};
