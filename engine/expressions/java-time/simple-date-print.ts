import { DAYS, eraName, MONTHS, styled, weekdayOf } from './calendar-names.ts';
import { byCutover, hybridFromDays, monthStart } from './hybrid-calendar.ts';
import type { SimpleField, SimpleStep } from './simple-date-pattern.ts';
import { weekStart } from './week-fields.ts';
import { zoneName } from './zone-names.ts';
import { standardOffset, utilZoneOffset } from './util-zone.ts';

/** An instant (milliseconds since 1970) written in a zone, as Java's SimpleDateFormat writes it. */
export function printSimpleDate(steps: readonly SimpleStep[], instant: number, zone: string): string {
  const offset = utilZoneOffset(instant, zone);
  const local = instant + offset;
  const days = Math.floor(local / 86_400_000);
  const ms = local - days * 86_400_000;
  const { year, month, day } = hybridFromDays(days);
  const hour = Math.floor(ms / 3_600_000);
  const yearOfEra = year > 0 ? year : 1 - year;
  const field = ({ letter, count }: SimpleField): string => {
    const padded = (value: number): string => String(value).padStart(count, '0');
    const yearText = (value: number): string =>
      count === 2 ? String(value % 100).padStart(2, '0') : padded(value);
    const style = count >= 4 ? 'full' : 'short';
    switch (letter) {
      case 'G':
        return eraName(year > 0 ? 1 : 0, 'short');
      case 'y':
        return yearText(yearOfEra);
      case 'Y':
        return yearText(weekYear(days, year)[0]);
      case 'M':
      case 'L':
        return count < 3 ? padded(month) : styled(MONTHS[month - 1]!, style);
      case 'w':
        return padded(weekYear(days, year)[1]);
      case 'W':
        return padded((weekStart(days) - weekStart(days - day + 1)) / 7 + 1);
      case 'D':
        return padded(days - yearStart(year) + 1);
      case 'd':
        return padded(day);
      case 'F':
        return padded(Math.floor((day - 1) / 7) + 1);
      case 'E':
        return styled(DAYS[weekdayOf(days)]!, style);
      case 'u':
        return padded(weekdayOf(days) + 1);
      case 'a':
        return hour < 12 ? 'AM' : 'PM';
      case 'H':
        return padded(hour);
      case 'k':
        return padded(hour || 24);
      case 'K':
        return padded(hour % 12);
      case 'h':
        return padded(hour % 12 || 12);
      case 'm':
        return padded(Math.floor(ms / 60_000) % 60);
      case 's':
        return padded(Math.floor(ms / 1000) % 60);
      case 'S':
        return padded(ms % 1000);
      case 'z':
        return zoneName(zone, offset > standardOffset(zone), style);
      case 'Z':
        return offsetText(offset, 2);
      default:
        return offset === 0 ? 'Z' : offsetText(offset, count);
    }
  };
  return steps.map((step) => ('text' in step ? step.text : field(step))).join('');
}

/** `+08`, `+0800`, `+08:00` for widths of 1, 2 and 3. */
function offsetText(offset: number, width: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  const sign = offset < 0 ? '-' : '+';
  if (width === 1) return `${sign}${hour}`;
  return `${sign}${hour}${width === 3 ? ':' : ''}${minute}`;
}

function yearStart(year: number): number {
  return byCutover(year, (isJulian) => monthStart(year, 1, isJulian));
}

function weekYear(days: number, year: number): readonly [year: number, week: number] {
  if (days >= weekStart(yearStart(year + 1))) return [year + 1, 1];
  return [year, Math.floor((days - weekStart(yearStart(year))) / 7) + 1];
}
