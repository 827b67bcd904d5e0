/** What the matcher knows of somebody who is registered. */
export interface RegisteredPerson {
  readonly personNo: number;
  readonly householdNo: number;
  readonly name: string;
  /** 18 characters, '' where none is known or it can't be trusted. */
  readonly idNumber: string;
  /** Days since 1970-01-01; null where not known. */
  readonly birthDay: number | null;
  readonly phone: string;
  readonly householdPhone: string;
  /** 6, 9 or 12 digits. */
  readonly regionCode: string;
  readonly address: string;
  /** Day of death, null for the living. */
  readonly diedOn: number | null;
}
