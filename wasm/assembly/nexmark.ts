/**
 * The Nexmark generator: fills columns with the events `first`, `first + stride`, ...; twin of engine/connectors/nexmark/nexmark-generator.ts.
 *
 * Event n follows from n alone. Its dice are SplitMix64 seeded with mix(n ^ seed): throw k is mix(seed of the event + k * GOLDEN), so a throw that
 * decides nothing that is wanted is stepped over by adding to k. Every leaf that nobody wants has address 0 and costs a
 * predictable branch. Ids, times, ratios, price law and sizes follow the public generator of Nexmark.
 *
 * Texts are views: of static tables (names, channels, padding), or of bytes written to `text` (words drawn letter by letter).
 */
import { COLD_CHANNELS, HOT_CHANNELS, copyView } from './nexmark-tables';
import { GOLDEN, mix, putWords, roll } from './nexmark-dice';

/** Parameters and output addresses; the TypeScript twin writes it, field by field, as 4- and 8-byte words. */
@unmanaged class Nexmark {
  baseTime: i64;
  seed: i64;
  inFlightEvents: i64;
  delayMicros: f64;
  persons: i32;
  auctions: i32;
  bids: i32;
  /** 2^(i/32), 2^(i/1024), 2^(i/32768) for i below 32, in units of 2^-30: 96 i64. */
  powers: u32;
  padding: u32;
  paddingBytes: i32;
  /** Views: 11 first names, 9 last names, 10 cities, 6 states. */
  names: u32;
  /** Views: for each channel its name, then its URL. */
  channels: u32;
  /** Where drawn texts go: 160 bytes an event at most. */
  text: u32;
  eventType: u32;
  personValid: u32;
  auctionValid: u32;
  bidValid: u32;
  personId: u32;
  personName: u32;
  personEmail: u32;
  personCard: u32;
  personCity: u32;
  personState: u32;
  personTime: u32;
  personExtra: u32;
  auctionId: u32;
  auctionItem: u32;
  auctionDescription: u32;
  auctionInitialBid: u32;
  auctionReserve: u32;
  auctionTime: u32;
  auctionExpires: u32;
  auctionSeller: u32;
  auctionCategory: u32;
  auctionExtra: u32;
  bidAuction: u32;
  bidBidder: u32;
  bidPrice: u32;
  bidChannel: u32;
  bidUrl: u32;
  bidTime: u32;
  bidExtra: u32;
}

const FIRST_ID: i64 = 1000;
const FIRST_CATEGORY: i64 = 10;
const CATEGORIES: u32 = 5;
const ID_LEAD: i64 = 10;
const HOT_EVERY: i64 = 100;
const HOT_AUCTION_RATIO: u32 = 2;
const HOT_BIDDER_RATIO: u32 = 4;
const HOT_SELLER_RATIO: u32 = 4;
const HOT_CHANNEL_RATIO: u32 = 2;
const ACTIVE_PEOPLE: i64 = 1000;
const IN_FLIGHT_AUCTIONS: i64 = 100;
const PERSON_SIZE: i32 = 200;
const AUCTION_SIZE: i32 = 500;
const BID_SIZE: i32 = 100;
const PRICE_STEPS: u32 = 653118;
const FIRST_NAMES: u32 = 11;
const LAST_NAMES: u32 = 9;
const CITIES: u32 = 10;
const STATES: u32 = 6;

/** x / 1000, rounded down, for 0 <= x < 2^53: a product and a correction instead of a division. */
// @ts-ignore: decorator
@inline
function thousandth(x: i64): i64 {
  let quotient = <i64>(<f64>x * 0.001);
  const rest = x - quotient * 1000;
  quotient += <i64>(rest >= 1000);
  quotient -= <i64>(rest < 0);
  return quotient;
}

// @ts-ignore: decorator
@inline
function millis(spec: Nexmark, number: i64): i64 {
  return spec.baseTime + thousandth(<i64>(<f64>number * spec.delayMicros));
}

/** 100 * 10^u, u even over 0 to 6: between 100 and 100 million. */
// @ts-ignore: decorator
@inline
function price(powers: usize, exponent: u32): i64 {
  let power = (load<i64>(powers + (((exponent >> 10) & 31) << 3)) * load<i64>(powers + 256 + (((exponent >> 5) & 31) << 3))) >> 30;
  power = (power * load<i64>(powers + 512 + ((exponent & 31) << 3))) >> 30;
  return (((100 * power) << (exponent >> 15)) + (1 << 29)) >> 30;
}

// @ts-ignore: decorator
@inline
function putView(column: usize, row: u32, address: usize, length: u32): void {
  store<u64>(column + (<usize>row << 3), <u64>address | ((<u64>length) << 32));
}

/** Padding that brings a row of `size` bytes to `average`, give or take a fifth of what is missing; takes at most two throws. */
// @ts-ignore: decorator
@inline
function putExtra(spec: Nexmark, column: usize, row: u32, dice: i64, size: i32, average: i32): void {
  if (size > average) {
    putView(column, row, spec.padding, 0);
    return;
  }
  const missing = average - size;
  const spread = <i32>Math.floor(<f64>missing * 0.2 + 0.5);
  let length = missing - spread;
  if (spread != 0) {
    dice += GOLDEN;
    length += <i32>roll(dice, 2 * spread);
  }
  putView(column, row, spec.padding + roll(dice + GOLDEN, spec.paddingBytes - length), length);
}

/** Blanks at the start of a text. */
// @ts-ignore: decorator
@inline
function leadingBlanks(text: usize, length: u32): u32 {
  let count: u32 = 0;
  while (count < length && load<u8>(text + count) == 32) count++;
  return count;
}

/** Length without the blanks at the end. */
// @ts-ignore: decorator
@inline
function withoutTrailingBlanks(text: usize, length: u32): u32 {
  while (length > 0 && load<u8>(text + length - 1) == 32) length--;
  return length;
}

// @ts-ignore: decorator
@inline
function put64(column: usize, row: u32, value: i64): void {
  if (column) store<i64>(column + (<usize>row << 3), value);
}

/** Writes person `id` (counted from 0); returns the end of the texts. */
function person(spec: Nexmark, row: u32, id: i64, time: i64, seed: i64, text: usize): usize {
  put64(spec.personId, row, id + FIRST_ID);
  put64(spec.personTime, row, time);
  let dice = seed + GOLDEN;
  const firstName = spec.names + (roll(dice, FIRST_NAMES) << 3);
  dice += GOLDEN;
  const lastName = spec.names + ((FIRST_NAMES + roll(dice, LAST_NAMES)) << 3);
  const wantsText = (spec.personName | spec.personEmail | spec.personCard | spec.personExtra) != 0;
  let size: i32 = 8 + load<u32>(firstName, 4) + 1 + load<u32>(lastName, 4);
  if (spec.personName) {
    let end = copyView(text, firstName);
    store<u8>(end, 32);
    end = copyView(end + 1, lastName);
    putView(spec.personName, row, text, <u32>(end - text));
    text = end;
  }
  dice += GOLDEN;
  const userLength = 3 + roll(dice, 4);
  const user = dice;
  dice += GOLDEN * <i64>(userLength + 1);
  const hostLength = 3 + roll(dice, 2);
  const host = dice;
  dice += GOLDEN * <i64>hostLength;
  if (wantsText) {
    // Both words are drawn in place and then moved together, since their ends may be blanks that are cut.
    putWords(text, user, userLength, 32);
    let skipped = leadingBlanks(text, userLength);
    let length = withoutTrailingBlanks(text, userLength);
    length = length > skipped ? length - skipped : 0;
    if (skipped) memory.copy(text, text + skipped, length);
    let end = text + length;
    store<u8>(end++, 64); // @
    putWords(end, host, hostLength, 32);
    skipped = leadingBlanks(end, hostLength);
    length = withoutTrailingBlanks(end, hostLength);
    length = length > skipped ? length - skipped : 0;
    if (skipped) memory.copy(end, end + skipped, length);
    end += length;
    store<u32>(end, 0x6d6f632e); // .com
    end += 4;
    size += <i32>(end - text);
    if (spec.personEmail) {
      putView(spec.personEmail, row, text, <u32>(end - text));
      text = end;
    }
  }
  if (spec.personCard) {
    let end = text;
    for (let group = 0; group < 4; group++) {
      let digits = roll(dice + GOLDEN * <i64>(group + 1), 10000);
      for (let i = 3; i >= 0; i--) {
        store<u8>(end + i, <u8>(48 + (digits % 10)));
        digits /= 10;
      }
      store<u8>(end + 4, 32);
      end += 5;
    }
    putView(spec.personCard, row, text, 19);
    text += 19;
  }
  dice += GOLDEN * 5;
  const city = spec.names + ((FIRST_NAMES + LAST_NAMES + roll(dice, CITIES)) << 3);
  if (spec.personCity) store<u64>(spec.personCity + (row << 3), load<u64>(city));
  dice += GOLDEN;
  const state = spec.names + ((FIRST_NAMES + LAST_NAMES + CITIES + roll(dice, STATES)) << 3);
  if (spec.personState) store<u64>(spec.personState + (row << 3), load<u64>(state));
  size += 19 + load<u32>(city, 4) + load<u32>(state, 4);
  if (spec.personExtra) putExtra(spec, spec.personExtra, row, dice, size, PERSON_SIZE);
  return text;
}

/** Writes auction `id` (counted from 0); returns the end of the texts. */
function auction(spec: Nexmark, row: u32, id: i64, lastPerson: i64, number: i64, time: i64, seed: i64, text: usize): usize {
  put64(spec.auctionId, row, id + FIRST_ID);
  put64(spec.auctionTime, row, time);
  let dice = seed + GOLDEN;
  let seller: i64;
  if (roll(dice, HOT_SELLER_RATIO) > 0) {
    seller = (lastPerson / HOT_EVERY) * HOT_EVERY;
  } else {
    dice += GOLDEN;
    seller = activePerson(lastPerson, dice);
  }
  put64(spec.auctionSeller, row, seller + FIRST_ID);
  dice += GOLDEN;
  const initialBid = price(spec.powers, roll(dice, PRICE_STEPS));
  put64(spec.auctionInitialBid, row, initialBid);
  dice += GOLDEN;
  if (spec.auctionExpires) {
    const horizon = (millis(spec, number + spec.inFlightEvents) - time) * 2;
    put64(spec.auctionExpires, row, time + 1 + <i64>roll(dice, <u32>(horizon > 1 ? horizon : 1)));
  }
  dice += GOLDEN;
  const itemLength = 3 + roll(dice, 17);
  let size: i32 = 8 + 5 * 8;
  if (spec.auctionItem | spec.auctionExtra) {
    putWords(text, dice, itemLength, 32);
    const skipped = leadingBlanks(text, itemLength);
    let length = withoutTrailingBlanks(text, itemLength);
    length = length > skipped ? length - skipped : 0;
    size += length;
    if (spec.auctionItem) {
      putView(spec.auctionItem, row, text + skipped, length);
      text += itemLength;
    }
  }
  dice += GOLDEN * <i64>(itemLength + 1);
  const descriptionLength = 3 + roll(dice, 97);
  if (spec.auctionDescription | spec.auctionExtra) {
    putWords(text, dice, descriptionLength, 32);
    const skipped = leadingBlanks(text, descriptionLength);
    let length = withoutTrailingBlanks(text, descriptionLength);
    length = length > skipped ? length - skipped : 0;
    size += length;
    if (spec.auctionDescription) {
      putView(spec.auctionDescription, row, text + skipped, length);
      text += descriptionLength;
    }
  }
  dice += GOLDEN * <i64>(descriptionLength + 1);
  if (spec.auctionReserve) put64(spec.auctionReserve, row, initialBid + price(spec.powers, roll(dice, PRICE_STEPS)));
  dice += GOLDEN;
  if (spec.auctionCategory) put64(spec.auctionCategory, row, FIRST_CATEGORY + <i64>roll(dice, CATEGORIES));
  if (spec.auctionExtra) putExtra(spec, spec.auctionExtra, row, dice, size, AUCTION_SIZE);
  return text;
}

/** One of the last thousand people, or of the next ten, by throw `dice`. */
// @ts-ignore: decorator
@inline
function activePerson(last: i64, dice: i64): i64 {
  const active = min<i64>(last + 1, ACTIVE_PEOPLE);
  return last + 1 - active + <i64>roll(dice, <u32>(active + ID_LEAD));
}

/** Writes a bid; what it needs of the round is handed in, so that 46 bids share the divisions. */
// @ts-ignore: decorator
@inline
function bid(spec: Nexmark, row: u32, lastAuction: i64, hotAuction: i64, lastPerson: i64, hotBidder: i64, seed: i64): void {
  let dice = seed + GOLDEN;
  if (roll(dice, HOT_AUCTION_RATIO) > 0) {
    put64(spec.bidAuction, row, hotAuction + FIRST_ID);
  } else {
    dice += GOLDEN;
    if (spec.bidAuction) {
      const first = max<i64>(lastAuction - IN_FLIGHT_AUCTIONS, 0);
      put64(spec.bidAuction, row, first + <i64>roll(dice, <u32>(lastAuction - first + 1 + ID_LEAD)) + FIRST_ID);
    }
  }
  if (!(spec.bidBidder | spec.bidPrice | spec.bidChannel | spec.bidUrl | spec.bidExtra)) return;
  dice += GOLDEN;
  if (roll(dice, HOT_BIDDER_RATIO) > 0) {
    put64(spec.bidBidder, row, hotBidder + 2 * FIRST_ID);
  } else {
    dice += GOLDEN;
    // The public generator adds the first id to a bidder twice, so a bidder is a person a thousand ids later.
    if (spec.bidBidder) put64(spec.bidBidder, row, activePerson(lastPerson, dice) + 2 * FIRST_ID);
  }
  dice += GOLDEN;
  if (spec.bidChannel | spec.bidUrl) {
    const isHot = roll(dice, HOT_CHANNEL_RATIO) > 0;
    const channel = isHot ? roll(dice + GOLDEN, HOT_CHANNELS) : HOT_CHANNELS + roll(dice + GOLDEN, COLD_CHANNELS);
    const views = spec.channels + (channel << 4);
    if (spec.bidChannel) store<u64>(spec.bidChannel + (row << 3), load<u64>(views));
    if (spec.bidUrl) store<u64>(spec.bidUrl + (row << 3), load<u64>(views, 8));
  }
  dice += GOLDEN * 2;
  if (spec.bidPrice) put64(spec.bidPrice, row, price(spec.powers, roll(dice, PRICE_STEPS)));
  if (spec.bidExtra) putExtra(spec, spec.bidExtra, row, dice, 4 * 8, BID_SIZE);
}

/**
 * Fills `rows` events from number `first` on, `stride` apart (both below 2^53).
 * Validity of the three ROW columns is written for every row; a leaf's cell only where its row is set.
 */
export function nexmarkFill(address: usize, first: f64, stride: u32, rows: u32): void {
  const spec = changetype<Nexmark>(address);
  const persons = spec.persons;
  const auctions = spec.auctions;
  const roundSize = persons + auctions + spec.bids;
  let number = <i64>first;
  let round = number / roundSize;
  let place = <i32>(number - round * roundSize);
  let knownRound: i64 = -1;
  let lastPerson: i64 = 0;
  let lastAuction: i64 = 0;
  let hotAuction: i64 = 0;
  let hotBidder: i64 = 0;
  let text: usize = spec.text;
  for (let row: u32 = 0; row < rows; row++) {
    const isPerson = place < persons;
    const isBid = place >= persons + auctions;
    const time = millis(spec, number);
    const seed = mix(number ^ spec.seed);
    store<u8>(spec.personValid + row, <u8>isPerson);
    store<u8>(spec.auctionValid + row, <u8>(!isPerson && !isBid));
    store<u8>(spec.bidValid + row, <u8>isBid);
    if (spec.eventType) store<i32>(spec.eventType + (row << 2), isPerson ? 0 : isBid ? 2 : 1);
    if (isBid) {
      if (round != knownRound) {
        knownRound = round;
        lastPerson = round * persons + (persons - 1);
        lastAuction = round * auctions + (auctions - 1);
        hotAuction = (lastAuction / HOT_EVERY) * HOT_EVERY;
        hotBidder = (lastPerson / HOT_EVERY) * HOT_EVERY + 1;
      }
      put64(spec.bidTime, row, time);
      bid(spec, row, lastAuction, hotAuction, lastPerson, hotBidder, seed);
    } else if (isPerson) {
      text = person(spec, row, round * persons + place, time, seed, text);
    } else {
      const lastPersonNow = round * persons + (persons - 1);
      text = auction(spec, row, round * auctions + (place - persons), lastPersonNow, number, time, seed, text);
    }
    number += stride;
    place += stride;
    while (place >= roundSize) {
      place -= roundSize;
      round++;
    }
  }
}
