/** The feeds that are simulated, in the order of feeds.md. */
export const FEEDS = [
  'medical-insurance',
  'health',
  'housing',
  'tax',
  'disability',
  'rural-revitalization',
  'education',
  'human-resources',
  'emergency',
  'public-security',
  'natural-resources',
  'market-supervision',
  'civil-affairs',
  'leads',
] as const;
export type FeedName = (typeof FEEDS)[number];

export type Category = 'dibao' | 'tekun' | 'edge' | 'rigid' | 'relapse' | 'other' | 'exited';
export type Area = 'urban' | 'rural';
export type Sex = 'M' | 'F';

/** What tax has declared about a township: all months, all of them in messages with counts, or something less. */
export type TownshipRole = 'steady' | 'counted' | 'overcounted' | 'undeclared' | 'missed';

/** A value of a record: text, or a number that its column reads as day, month, fen or integer; '' is left out. */
export type Cell = string | number;

/** Where somebody lives and what their household shares. Registered or not. */
export type Home = {
  regionCode: string;
  address: string;
  phone: string;
  headNumber: string;
  /** a finance authorisation of the household is in force on the as-of day */
  authorised: boolean;
};

export type Person = {
  /** null: in no registry */
  personId: string | null;
  householdId: string | null;
  home: Home;
  name: string;
  idNumber: string;
  birthDay: number;
  sex: Sex;
  ethnicity: string;
  relation: 'head' | 'spouse' | 'child' | 'parent' | 'other';
  phone: string;
  /** category digit and grade digit of the certificate in the registry, '' without one */
  certificate: string;
  category: Category | '';
  labour: 'full' | 'part' | 'none';
  willing: boolean;
  student: boolean;
  care: '' | 'full' | 'partial' | 'self';
  memberFrom: number | null;
  memberTo: number | null;
  diedOn: number | null;
};

export type Authorisation = { grantedOn: number; expiresOn: number | null };

/** Day numbers and fen; null is an empty cell of households.csv. */
export type Household = {
  householdId: string;
  index: number;
  home: Home;
  role: TownshipRole;
  area: Area;
  category: Category;
  categorySince: number;
  /** an earlier category that stands in the registry beside the present one */
  earlier: { category: Category; since: number } | null;
  flags: string[];
  labour: 'able' | 'partly' | 'none';
  stableIncome: boolean;
  benefit: number | null;
  assessedIncome: number | null;
  assessedOn: number | null;
  graceUntil: number | null;
  verifiedOn: number | null;
  reviewedOn: number | null;
  members: Person[];
  authorisations: Authorisation[];
  authorisationKind: string;
  /** per-capita income a month, in fen, that ordinary life aims at */
  target: number;
  hasTaxLines: boolean;
};

/** Parts of ordinary life that a story must have for itself. */
export type Domain =
  | 'medical'
  | 'health'
  | 'housing'
  | 'tax'
  | 'disability'
  | 'rural'
  | 'schooling'
  | 'work'
  | 'mishaps'
  | 'police'
  | 'property'
  | 'assistance';

/** accepted, or a duplicate by what was sent before; the writer adds conflicting, rejected and not_authorised. */
export type Fate = 'accepted' | 'duplicate' | 'conflicting' | 'rejected' | 'not_authorised' | 'matched_only';

/** One row to be sent by a department, still about a known person. */
export type Draft = {
  feed: FeedName;
  recordId: string;
  person: Person;
  occurredOn: number | '';
  /** the month that completeness counts it in */
  period: number;
  sentOn: number;
  /** how many files later than its day of sending it comes */
  shift: number;
  own: Cell[];
  version: number;
  op: '' | 'delete';
  fate: Fate;
  history: string;
  /** carries a story: neither identity nor history may be damaged */
  pinned: boolean;
};
