/**
 * Nexmark's events one by one, with BigInt and strings: slow, and close to the definition. The kernel is compared with it.
 * Integers wrap at 64 bits and divisions truncate, as in Java.
 */
export interface NexmarkEvent {
  readonly event_type: number;
  readonly person?: Record<string, string | bigint>;
  readonly auction?: Record<string, string | bigint>;
  readonly bid?: Record<string, string | bigint>;
}

export interface Shape {
  readonly rate: number;
  readonly persons: number;
  readonly auctions: number;
  readonly bids: number;
  readonly baseTimeMs: number;
  readonly seed: number;
}

const GOLDEN = 0x9e3779b97f4a7c15n;
const STATES = 'AZ,CA,ID,OR,WA,WY'.split(',');
const CITIES = 'Phoenix,Los Angeles,San Francisco,Boise,Portland,Bend,Redmond,Seattle,Kent,Cheyenne'.split(
  ',',
);
const FIRST_NAMES = 'Peter,Paul,Luke,John,Saul,Vicky,Kate,Julie,Sarah,Deiter,Walter'.split(',');
const LAST_NAMES = 'Shultz,Abrams,Spencer,White,Bartels,Walton,Smith,Jones,Noris'.split(',');

const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);

function mix(x: bigint): bigint {
  let z = u64(x);
  z = u64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = u64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** A row of throws: SplitMix64 from a starting point. */
class Dice {
  #state: bigint;
  constructor(state: bigint) {
    this.#state = state;
  }
  next(): bigint {
    this.#state = u64(this.#state + GOLDEN);
    return mix(this.#state);
  }
  roll(sides: number): number {
    return Number(((this.next() >> 32n) * BigInt(sides)) >> 32n);
  }
  oneOf(all: readonly string[]): string {
    return all[this.roll(all.length)]!;
  }
  words(limit: number, special: string): string {
    const length = 3 + this.roll(limit - 3);
    let text = '';
    for (let i = 0; i < length; i++) {
      const drawn = this.next();
      const isSpecial = ((drawn >> 32n) * 13n) >> 32n === 0n;
      text += isSpecial ? special : String.fromCharCode(97 + Number(((drawn & 0xffffffffn) * 26n) >> 32n));
    }
    return text.replace(/^ +| +$/g, '');
  }
  digits(): string {
    return String(10_000 + this.roll(10_000)).slice(1);
  }
  price(): bigint {
    const exponent = this.roll(653_118);
    let power = (POWERS[0]![(exponent >> 10) & 31]! * POWERS[1]![(exponent >> 5) & 31]!) >> 30n;
    power = (power * POWERS[2]![exponent & 31]!) >> 30n;
    return (((100n * power) << BigInt(exponent >> 15)) + (1n << 29n)) >> 30n;
  }
  activePerson(last: number): number {
    const active = Math.min(last + 1, 1000);
    return last + 1 - active + this.roll(active + 10);
  }
  extra(size: number, average: number): string {
    if (size > average) return '';
    const missing = average - size;
    const spread = Math.floor(missing * 0.2 + 0.5);
    const length = missing - spread + (spread === 0 ? 0 : this.roll(2 * spread));
    const start = this.roll(PADDING.length - length);
    return PADDING.slice(start, start + length);
  }
}

const POWERS = [32, 1024, 32_768].map((steps) =>
  Array.from({ length: 32 }, (_, i) => BigInt(Math.round(2 ** (i / steps) * 2 ** 30))),
);
const PADDING = padding(1 << 20);
const CHANNELS = channels();

function padding(length: number): string {
  const dice = new Dice(0n);
  const codes = new Uint8Array(length);
  let draw = 0;
  for (let i = 0; i < length; i++) {
    draw = i % 6 === 0 ? Number(BigInt.asIntN(32, dice.next())) : Math.trunc(draw / 26);
    codes[i] = 97 + (draw % 26);
  }
  return new TextDecoder('latin1').decode(codes);
}

function channels(): { name: string; url: string }[] {
  const dice = new Dice(0n);
  const hot = ['Google', 'Facebook', 'Baidu', 'Apple'];
  return Array.from({ length: 10_004 }, (_, i) => {
    const cold = i - 4;
    let url = `https://www.nexmark.com/${[0, 0, 0].map(() => dice.words(5, '_')).join('/')}/item.htm?query=1`;
    if (cold >= 0 && dice.roll(10) > 0) url += `&channel_id=${channelId(cold)}`;
    return { name: hot[i] ?? `channel-${cold}`, url };
  });
}

function channelId(cold: number): number {
  const reversed = parseInt(cold.toString(2).padStart(32, '0').split('').reverse().join(''), 2) | 0;
  return reversed === -2147483648 ? reversed : Math.abs(reversed);
}

/** Event `number` of the stream. */
export function nexmarkEvent(shape: Shape, number: number): NexmarkEvent {
  const { persons, auctions, bids } = shape;
  const dice = new Dice(mix(BigInt(number) ^ BigInt(shape.seed)));
  const round = Math.floor(number / (persons + auctions + bids));
  const place = number % (persons + auctions + bids);
  const person = round * persons + Math.min(place, persons - 1);
  const auction = round * auctions + Math.min(place - persons, auctions - 1);
  const millis = (n: number): number =>
    shape.baseTimeMs + Math.floor(Math.floor(n * (1e6 / shape.rate)) / 1000);
  const dateTime = BigInt(millis(number));
  if (place < persons) {
    const name = `${dice.oneOf(FIRST_NAMES)} ${dice.oneOf(LAST_NAMES)}`;
    const emailAddress = `${dice.words(7, ' ')}@${dice.words(5, ' ')}.com`;
    const creditCard = [0, 0, 0, 0].map(() => dice.digits()).join(' ');
    const city = dice.oneOf(CITIES);
    const state = dice.oneOf(STATES);
    const size = 8 + name.length + emailAddress.length + creditCard.length + city.length + state.length;
    const id = BigInt(person + 1000);
    const extra = dice.extra(size, 200);
    return { event_type: 0, person: { id, name, emailAddress, creditCard, city, state, dateTime, extra } };
  }
  if (place < persons + auctions) {
    const seller = dice.roll(4) > 0 ? Math.trunc(person / 100) * 100 : dice.activePerson(person);
    const initialBid = dice.price();
    const inFlight = auctions === 0 ? 0 : Math.floor((100 * (persons + auctions + bids)) / auctions);
    const horizon = (millis(number + inFlight) - millis(number)) * 2;
    const expires = dateTime + 1n + BigInt(dice.roll(Math.max(horizon, 1)));
    const itemName = dice.words(20, ' ');
    const description = dice.words(100, ' ');
    const reserve = initialBid + dice.price();
    const category = BigInt(10 + dice.roll(5));
    const extra = dice.extra(8 + itemName.length + description.length + 40, 500);
    const ids = { id: BigInt(auction + 1000), seller: BigInt(seller + 1000) };
    return {
      event_type: 1,
      auction: { ...ids, itemName, description, initialBid, reserve, dateTime, expires, category, extra },
    };
  }
  const isHotAuction = dice.roll(2) > 0;
  const first = Math.max(auction - 100, 0);
  const bidAuction = isHotAuction
    ? Math.trunc(auction / 100) * 100
    : first + dice.roll(auction - first + 1 + 10);
  const bidder = dice.roll(4) > 0 ? Math.trunc(person / 100) * 100 + 1 : dice.activePerson(person);
  const channel = CHANNELS[dice.roll(2) > 0 ? dice.roll(4) : 4 + dice.roll(10_000)]!;
  const price = dice.price();
  const extra = dice.extra(32, 100);
  return {
    event_type: 2,
    bid: {
      auction: BigInt(bidAuction + 1000),
      bidder: BigInt(bidder + 2000),
      price,
      channel: channel.name,
      url: channel.url,
      dateTime,
      extra,
    },
  };
}
