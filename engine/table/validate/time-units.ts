/** Which units go with which function: EXTRACT(YEAR FROM ...), FLOOR(... TO DAY), TIMESTAMPDIFF(HOUR, ...). */

import type { TypeRoot } from '../../types/logical-type.ts';
import { isInterval } from '../../types/type-families.ts';
import type { CallSite } from '../functions/function-definition.ts';
import { intervalOfUnit, symbolAt } from '../functions/temporal-functions.ts';

const FRAMES = new Set([
  'MILLENNIUM',
  'CENTURY',
  'DECADE',
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'MILLISECOND',
  'MICROSECOND',
  'NANOSECOND',
  'EPOCH',
  'DOY',
  'DOW',
  'ISODOW',
  'ISOYEAR',
]);
const DATE_UNITS = new Set([
  'MILLENNIUM',
  'CENTURY',
  'DECADE',
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'DOY',
  'DOW',
  'ISODOW',
  'ISOYEAR',
]);

/** Why the unit of a call is refused; undefined if it is not, or the function has none. */
export function checkTimeUnit(name: string, call: CallSite): string | undefined {
  switch (name) {
    case 'EXTRACT':
      return checkFrame(symbolAt(call, 0)) ?? checkPart(symbolAt(call, 0), call);
    case 'FLOOR':
    case 'CEIL':
      return call.operands.length === 2
        ? (checkFrame(symbolAt(call, 1)) ?? checkRounding(symbolAt(call, 1), call))
        : undefined;
    case 'TIMESTAMPADD': {
      const unit = symbolAt(call, 0);
      return (
        checkFrame(unit) ?? (intervalOfUnit(unit) ? undefined : `TIMESTAMPADD of ${unit} is not supported`)
      );
    }
    case 'TIMESTAMPDIFF': {
      const [, from, to] = call.operands;
      const isOneOf = (root: TypeRoot): boolean => (from?.type.root === root) !== (to?.type.root === root);
      return (
        checkFrame(symbolAt(call, 0)) ??
        (isOneOf('TIMESTAMP_LTZ') ? 'TIMESTAMP_LTZ only supports diff between the same type.' : undefined) ??
        (isOneOf('TIME') && intervalOfUnit(symbolAt(call, 0))?.type.root === 'INTERVAL_DAY_TIME'
          ? 'A TIME has a difference to another TIME alone'
          : undefined)
      );
    }
    default:
      return undefined;
  }
}

function checkFrame(unit: string): string | undefined {
  return FRAMES.has(unit) ? undefined : `'${unit}' is not a valid time frame`;
}

const WITHOUT_LENGTH = new Set(['MICROSECOND', 'NANOSECOND', 'EPOCH', 'DOY', 'DOW', 'ISODOW', 'ISOYEAR']);

function checkRounding(unit: string, { operands }: CallSite): string | undefined {
  // A date has no part of a day, and stays as it is.
  if (operands[0]?.type.root === 'DATE' && /^(?:(?:MICRO|NANO)SECOND|DOY|DOW)$/.test(unit)) return undefined;
  return WITHOUT_LENGTH.has(unit) ? `Rounding to ${unit} is not supported` : undefined;
}

const PARTS_OF_MONTHS = new Set(['MILLENNIUM', 'CENTURY', 'YEAR', 'QUARTER', 'MONTH']);
const NOT_OF_DATES = new Set(['MICROSECOND', 'NANOSECOND']);
const NOT_OF_TIMES = new Set([...NOT_OF_DATES, 'EPOCH']);
const PARTS_OF_DAYS = new Set(['DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND']);

function checkPart(unit: string, call: CallSite): string | undefined {
  const [, time] = call.operands;
  if (time?.kind === 'literal' && time.value === null) return undefined; // NULL, before its part is asked for
  const type = time?.type;
  if (type && isInterval(type)) {
    const parts = type.root === 'INTERVAL_YEAR_MONTH' ? PARTS_OF_MONTHS : PARTS_OF_DAYS;
    return parts.has(unit) ? undefined : `EXTRACT(${unit}) from such an interval is not supported`;
  }
  const root = type?.root;
  const isRefused =
    (root === 'TIME' && (DATE_UNITS.has(unit) || NOT_OF_TIMES.has(unit))) ||
    (root === 'DATE' && NOT_OF_DATES.has(unit));
  return isRefused ? `unit ${unit} can not be applied to ${root} variable` : undefined;
}
