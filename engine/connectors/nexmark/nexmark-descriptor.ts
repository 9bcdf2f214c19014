import { typesEqualInLayout } from '../../types/type-equality.ts';
import { ValidationException } from '../../types/errors.ts';
import { typeText } from '../../types/type-text.ts';
import type { RowType } from '../../types/logical-type.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { ConnectorDescriptor, OptionDescriptor, Options } from '../connector-descriptor.ts';
import { OptionReader, invalidOption } from '../option-reader.ts';
import type { NexmarkShape } from './nexmark-generator.ts';
import { NEXMARK_ROW_TYPE } from './nexmark-row-type.ts';

const DEFAULT_RATE = 10_000;
const DEFAULT_BASE_TIME = '2024-03-01 00:00:00';

/** Options of the public generator that the kernel has no parameter for: the default is all there is. */
const FIXED: readonly OptionDescriptor[] = [
  {
    key: 'rate.shape',
    type: 'enum',
    values: ['SQUARE', 'SINE'],
    default: 'SQUARE',
    description: 'How the rate goes from the first to the next rate.',
  },
  { key: 'rate.period', type: 'duration', default: '600 s', description: 'Period of the rate.' },
  { key: 'person.avg-size', type: 'memory', default: '200b', description: 'Average size of a person.' },
  { key: 'auction.avg-size', type: 'memory', default: '500b', description: 'Average size of an auction.' },
  { key: 'bid.avg-size', type: 'memory', default: '100b', description: 'Average size of a bid.' },
  {
    key: 'bid.hot-ratio.auctions',
    type: 'int',
    default: '2',
    description: 'One bid in so many is not for a hot auction.',
  },
  {
    key: 'bid.hot-ratio.bidders',
    type: 'int',
    default: '4',
    description: 'One bid in so many is not by a hot bidder.',
  },
  {
    key: 'auction.hot-ratio.sellers',
    type: 'int',
    default: '4',
    description: 'One auction in so many is not by a hot seller.',
  },
  {
    key: 'stop-at',
    type: 'long',
    default: '-1',
    description: 'Event at which a source stops in the public benchmark.',
  },
];

const OPTIONS: readonly OptionDescriptor[] = [
  {
    key: 'first-event.rate',
    type: 'int',
    default: String(DEFAULT_RATE),
    description: 'Events a second: spacing of event time and, for an endless table, the real rate.',
  },
  {
    key: 'next-event.rate',
    type: 'int',
    default: String(DEFAULT_RATE),
    description: 'The same for later events; has to equal first-event.rate (one given, the other follows).',
  },
  {
    key: 'events.num',
    type: 'long',
    default: '0',
    description: 'Number of events in all; 0 makes an endless table.',
  },
  { key: 'person.proportion', type: 'int', default: '1', description: 'Persons in a round of events.' },
  { key: 'auction.proportion', type: 'int', default: '3', description: 'Auctions in a round of events.' },
  { key: 'bid.proportion', type: 'int', default: '46', description: 'Bids in a round of events.' },
  {
    key: 'max-emit-speed',
    type: 'boolean',
    description:
      'Whether events come as fast as they can be made. Default: true with events.num, false without.',
  },
  {
    key: 'rate.limited',
    type: 'boolean',
    default: 'false',
    description: 'Whether a table with events.num is held to its rate.',
  },
  {
    key: 'keep-alive',
    type: 'boolean',
    default: 'false',
    description: 'Whether the table stays open after its last event.',
  },
  {
    key: 'base-time',
    type: 'string',
    default: DEFAULT_BASE_TIME,
    description: 'Time of the first event (UTC), as `yyyy-MM-dd HH:mm:ss`.',
  },
  {
    key: 'seed',
    type: 'long',
    default: '0',
    description: 'Another seed gives other events; 0 gives the public ones.',
  },
];

/** The generator of the Nexmark benchmark: persons, auctions and bids. */
export const NEXMARK_DESCRIPTOR: ConnectorDescriptor = {
  connector: 'nexmark',
  description: 'Makes the events of the Nexmark benchmark: persons, auctions and bids of an online auction.',
  options: [...OPTIONS, ...FIXED],
  source({ options, physicalType }) {
    const { eventCount, isKeptAlive } = nexmarkOptions(options);
    nexmarkLeaves(physicalType);
    return { changelogMode: INSERT_ONLY, bounded: eventCount > 0 && !isKeptAlive, metadata: [] };
  },
};

export interface NexmarkOptions {
  readonly shape: NexmarkShape;
  /** 0: endless. */
  readonly eventCount: number;
  readonly isPaced: boolean;
  readonly isKeptAlive: boolean;
}

/** Throws a ValidationException for what the generator cannot do. */
export function nexmarkOptions(options: Options): NexmarkOptions {
  const reader = new OptionReader(options, NEXMARK_DESCRIPTOR.options);
  for (const { key, default: standard } of FIXED) {
    const given = reader.given(key);
    if (given !== undefined && normal(given) !== normal(standard ?? '')) {
      throw new ValidationException(
        `Option '${key}' = '${given}' is not supported: it has to be '${standard}'.`,
      );
    }
  }
  const rate = atLeast(
    reader,
    reader.given('first-event.rate') === undefined ? 'next-event.rate' : 'first-event.rate',
    1,
  );
  if (reader.given('next-event.rate') !== undefined && reader.integer('next-event.rate') !== rate) {
    throw new ValidationException(
      "A 'next-event.rate' other than 'first-event.rate' is not supported: give both the same value.",
    );
  }
  const [persons, auctions, bids] = ['person', 'auction', 'bid'].map((kind) =>
    atLeast(reader, `${kind}.proportion`, 0),
  ) as [number, number, number];
  if (persons + auctions + bids === 0) {
    throw new ValidationException(
      'One of person.proportion, auction.proportion and bid.proportion has to be above 0.',
    );
  }
  const eventCount = atLeast(reader, 'events.num', 0);
  return {
    shape: {
      rate,
      persons,
      auctions,
      bids,
      baseTimeMs: baseTimeMs(reader),
      seed: atLeast(reader, 'seed', 0),
    },
    eventCount,
    isPaced:
      reader.given('max-emit-speed') === undefined
        ? eventCount === 0 || reader.boolean('rate.limited')
        : !reader.boolean('max-emit-speed'),
    isKeptAlive: reader.boolean('keep-alive'),
  };
}

/**
 * For each leaf of a table's columns the leaf of the generator's. A table may leave columns and fields out and order them as it likes;
 * what it has must be named and typed as the generator's.
 */
export function nexmarkLeaves(table: RowType): number[] {
  return table.fields.flatMap(({ name, type }) => {
    const { first, type: made } = columnOf(NEXMARK_ROW_TYPE, name, 0);
    if (type.root !== 'ROW' || made.root !== 'ROW') return [check(name, type, made, first)];
    return type.fields.map((field) => {
      const inner = columnOf(made, field.name, first, `${name}.`);
      return check(`${name}.${field.name}`, field.type, inner.type, inner.first);
    });
  });
}

function columnOf(
  row: RowType,
  name: string,
  first: number,
  prefix = '',
): { first: number; type: RowType['fields'][number]['type'] } {
  let leaf = first;
  for (const field of row.fields) {
    if (field.name === name) return { first: leaf, type: field.type };
    leaf += field.type.root === 'ROW' ? field.type.fields.length : 1;
  }
  throw new ValidationException(
    `The nexmark connector makes no column '${prefix}${name}'. Its columns are: ${row.fields
      .map((field) => `${prefix}${field.name}`)
      .join(', ')}.`,
  );
}

function check(
  name: string,
  type: RowType['fields'][number]['type'],
  made: RowType['fields'][number]['type'],
  leaf: number,
): number {
  if (typesEqualInLayout({ ...type, nullable: true }, made)) return leaf;
  throw new ValidationException(
    `The nexmark connector makes column '${name}' as ${typeText(made)}, the table declares ${typeText(type)}.`,
  );
}

function atLeast(reader: OptionReader, key: string, least: number): number {
  const value = reader.integer(key);
  if (value < least) throw invalidOption(key, String(value), `a whole number of at least ${least}`);
  return value;
}

function baseTimeMs(reader: OptionReader): number {
  const text = reader.requiredText('base-time');
  const ms = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?$/.test(text)
    ? Date.parse(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`)
    : NaN;
  if (Number.isNaN(ms)) throw invalidOption('base-time', text, "a time such as '2024-03-01 00:00:00'");
  return ms;
}

function normal(text: string): string {
  return text.replace(/\s/g, '').toLowerCase();
}
