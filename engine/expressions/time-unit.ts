/** Units as kernels number them. */
export const DATE_UNITS: Readonly<Record<string, number>> = {
  MILLENNIUM: 0,
  CENTURY: 1,
  DECADE: 2,
  YEAR: 3,
  QUARTER: 4,
  MONTH: 5,
  WEEK: 6,
  DAY: 7,
  DOY: 8,
  DOW: 9,
  ISODOW: 10,
  ISOYEAR: 11,
};
export const TIME_UNITS: Readonly<Record<string, number>> = {
  HOUR: 12,
  MINUTE: 13,
  SECOND: 14,
  MILLISECOND: 15,
};

/** Milliseconds of a unit that has always as many. */
export const UNIT_MS: Readonly<Record<string, number>> = {
  WEEK: 604_800_000,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
  MILLISECOND: 1,
};

/** Months of a unit that has always as many. */
export const UNIT_MONTHS: Readonly<Record<string, number>> = {
  MILLENNIUM: 12_000,
  CENTURY: 1200,
  DECADE: 120,
  YEAR: 12,
  QUARTER: 3,
  MONTH: 1,
};

/** The unit that TIMESTAMPDIFF counts where it is asked for a part of a time. */
export const LENGTH_OF_PART: Readonly<Record<string, string>> = {
  EPOCH: 'SECOND',
  DOY: 'DAY',
  DOW: 'DAY',
  ISODOW: 'DAY',
  ISOYEAR: 'YEAR',
};
