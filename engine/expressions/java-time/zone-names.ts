import { zoneOffsetMs } from '../../data/zone-offset.ts';
import type { TextStyle } from './calendar-names.ts';

/** Short names that are not the initials of the long ones. */
const SHORT_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  `Coordinated Universal Time=UTC,Greenwich Mean Time=GMT,Central European Standard Time=CET,Central European Summer Time=CEST,
Eastern European Standard Time=EET,Eastern European Summer Time=EEST,Western European Standard Time=WET,Western European Summer Time=WEST,
Alaska Standard Time=AKST,Alaska Daylight Time=AKDT,Brasilia Standard Time=BRT,Argentina Standard Time=ART,Colombia Standard Time=COT,
Venezuela Time=VET,Chile Standard Time=CLT,Chile Summer Time=CLST,Peru Standard Time=PET,Bolivia Time=BOT,Uruguay Standard Time=UYT,
Paraguay Standard Time=PYT,Paraguay Summer Time=PYST,Ecuador Time=ECT,Indochina Time=ICT,Hong Kong Standard Time=HKT,
Western Indonesia Time=WIB,Central Indonesia Time=WITA,Eastern Indonesia Time=WIT,Pakistan Standard Time=PKT,Nepal Time=NPT,
Bangladesh Standard Time=BDT,Afghanistan Time=AFT,Malaysia Time=MYT,Singapore Standard Time=SGT,Myanmar Time=MMT,
Uzbekistan Standard Time=UZT,Georgia Standard Time=GET,Iran Standard Time=IRST,Armenia Standard Time=AMT,Azerbaijan Standard Time=AZT,
Yekaterinburg Standard Time=YEKT,Omsk Standard Time=OMST,Krasnoyarsk Standard Time=KRAT,Irkutsk Standard Time=IRKT,
Yakutsk Standard Time=YAKT,Vladivostok Standard Time=VLAT,Magadan Standard Time=MAGT,Azores Standard Time=AZOT,Azores Summer Time=AZOST,
Cape Verde Standard Time=CVT`
    .split(/,\s*/)
    .map((entry) => entry.split('=') as [string, string]),
);

/** The name of a zone, or of its summer time, as it is today: names of the past are not kept. */
export function zoneName(zone: string, isSummer: boolean, style: TextStyle): string {
  const instants = [0, 6].map((month) => Date.UTC(2020, month));
  const offsets = instants.map((instant) => zoneOffsetMs(instant, zone));
  const wanted = isSummer ? Math.max(...offsets) : Math.min(...offsets);
  const today = longName(instants[offsets.indexOf(wanted)]!, zone);
  const isFixed = offsets[0] === offsets[1];
  const long = isSummer && isFixed ? today.replace('Standard', 'Daylight') : today;
  if (style === 'full' || long.startsWith('GMT')) return long;
  return SHORT_NAMES[long] ?? long.replaceAll(/(\w)[\w’.]*[ -]?/g, '$1');
}

function longName(instant: number, zone: string): string {
  if (/^(?:GMT|Etc\/GMT)$/.test(zone)) return 'Greenwich Mean Time';
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'long' });
    const part = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName');
    if (part) return part.value;
  } catch {
    // A zone like UTC+8, which JavaScript does not know.
  }
  const minutes = Math.round(zoneOffsetMs(instant, zone) / 60_000);
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `GMT${minutes < 0 ? '-' : '+'}${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** Minutes ahead of UTC by the short names that texts use, as Java reads them: of those with several meanings it has one. */
const OFFSETS = new Map(
  `0 UTC GMT WET,60 CET BST WEST WAT MET,120 EET CAT CEST SAST IST MEST,180 EEST EAT MSK IDT,210 IRST,240 GST AMT AZT GET MSD,270 AFT,
300 PKT UZT YEKT TJT TMT,345 NPT,360 BDT OMST KGT ALMT,390 MMT,420 ICT WIB KRAT NOVT,480 AWST HKT SGT MYT ULAT IRKT,
540 JST KST YAKT WIT,570 ACST ACDT,600 AEST VLAT CHST,630 LHST,660 AEDT MAGT SAKT NCT,720 NZST FJT,780 NZDT TOT,
-60 CVT AZOT,-120 FNT,-150 NDT,-180 ADT ART BRT UYT PYST CLST,-210 NST,-240 AST EDT CLT VET BOT,-300 EST CDT COT PET ECT,
-360 CST MDT,-420 MST PDT,-480 PST AKDT,-540 AKST,-600 HST,-660 SST`
    .split(/,\s*/)
    .flatMap((entry) => {
      const [minutes, ...names] = entry.trim().split(' ');
      return names.map((name) => [name, Number(minutes)] as const);
    }),
);

/** A short name of a zone at the beginning of a text. */
export function namedZone(text: string): { readonly length: number; readonly offsetMs: number } | undefined {
  for (let length = 4; length >= 3; length--) {
    const minutes = OFFSETS.get(text.slice(0, length).toUpperCase());
    if (minutes !== undefined) return { length, offsetMs: minutes * 60_000 };
  }
  return undefined;
}

const OFFSET = /^(?:UTC|GMT|UT)?[+-]\d\d(?::?\d\d(?::?\d\d)?)?/;
const LONG_NAME = /^[A-Z][a-z]+(?: [A-Z][a-z]+)* (?:Standard |Daylight |Summer )?Time/;

/** How long the zone at the beginning of a text is: an offset, an id, or, with `hasNames`, a name; 0 if there is none. */
export function zoneLength(text: string, hasNames: boolean): number {
  const offset = OFFSET.exec(text)?.[0].length ?? 0;
  if (offset > 0) return offset;
  const long = hasNames ? (LONG_NAME.exec(text)?.[0].length ?? 0) : 0;
  if (long > 0) return long;
  const id = /^[A-Za-z][A-Za-z0-9_/+-]*/.exec(text)?.[0] ?? '';
  for (let length = id.length; length > 0; length--) {
    const name = id.slice(0, length);
    if (name === 'Z' || (hasNames && OFFSETS.has(name)) || isRegion(name)) return length;
  }
  return 0;
}

function isRegion(name: string): boolean {
  if (!/^(?:UTC|GMT|UT)$|\//.test(name)) return false;
  try {
    return Number.isFinite(zoneOffsetMs(0, name === 'UT' ? 'UTC' : name));
  } catch {
    return false;
  }
}
