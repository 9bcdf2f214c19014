import fc from 'fast-check';
import { assert, test } from 'vitest';
import { CombinedWatermark } from '../../engine/time/combined-watermark.ts';
import { StatusWatermarkValve, type WatermarkOutput } from '../../engine/time/status-watermark-valve.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';

/** What is fed in, `0:25` a watermark of channel 0, `0:end` its last and `0:idle` its status, and what comes out of each. */
type Step = [input: string, output?: string];

class Lines implements WatermarkOutput {
  lines: string[] = [];
  emitWatermark(timestamp: number): void {
    this.lines.push(timestamp === MAX_WATERMARK ? 'end' : String(timestamp));
  }
  emitWatermarkStatus(isIdle: boolean): void {
    this.lines.push(isIdle ? 'idle' : 'active');
  }
  take(): string {
    return this.lines.splice(0).join(' ');
  }
}

interface Valve {
  inputWatermark(timestamp: number, channel: number): void;
  inputWatermarkStatus(isIdle: boolean, channel: number): void;
}

function feed(valve: Valve, step: string): void {
  const [channel, what] = step.split(':') as [string, string];
  if (what === 'idle' || what === 'active') valve.inputWatermarkStatus(what === 'idle', Number(channel));
  else valve.inputWatermark(what === 'end' ? MAX_WATERMARK : Number(what), Number(channel));
}

function play(valve: Valve, output: Lines, steps: readonly Step[]): void {
  steps.forEach(([input, expected = ''], index) => {
    feed(valve, input);
    assert.equal(output.take(), expected, `after step ${index}, ${input}`);
  });
}

const situations: [name: string, channels: number, steps: Step[]][] = [
  [
    'one channel: rising watermarks pass',
    1,
    [
      ['0:0', '0'],
      ['0:25', '25'],
    ],
  ],
  ['one channel: falling watermarks are dropped', 1, [['0:25', '25'], ['0:18'], ['0:42', '42']]],
  [
    'one channel: only changes of status pass',
    1,
    [['0:active'], ['0:idle', 'idle'], ['0:idle'], ['0:active', 'active']],
  ],
  [
    'one channel: watermarks while idle are dropped, not kept',
    1,
    [['0:25', '25'], ['0:idle', 'idle'], ['0:50'], ['0:active', 'active'], ['0:50', '50']],
  ],
  ['several: nothing before every channel has a watermark', 3, [['0:0'], ['1:0'], ['2:0', '0']]],
  [
    'several: the lowest passes as it rises',
    3,
    [
      ['0:0'],
      ['1:0'],
      ['2:0', '0'],
      ['0:12'],
      ['2:8'],
      ['2:10'],
      ['1:15', '10'],
      ['2:17', '12'],
      ['0:20', '15'],
    ],
  ],
  [
    'several: falling watermarks are dropped',
    3,
    [['0:25'], ['1:10'], ['2:17', '10'], ['0:12'], ['1:8'], ['2:15']],
  ],
  [
    'several: idle once all are, active once one is',
    2,
    [
      ['0:active'],
      ['1:active'],
      ['1:idle'],
      ['0:idle', 'idle'],
      ['0:idle'],
      ['1:idle'],
      ['1:active', 'active'],
      ['0:active'],
    ],
  ],
  [
    'several: an idle channel does not hold the others up',
    3,
    [['0:15'], ['1:10'], ['2:idle', '10'], ['1:18', '15'], ['0:20', '18']],
  ],
  [
    'several: the watermark rises as one after the other turns idle',
    3,
    [['0:25'], ['1:10'], ['2:17', '10'], ['1:idle', '17'], ['2:idle', '25']],
  ],
  [
    'several: the highest is flushed before the idleness of all',
    3,
    [['0:10'], ['1:5'], ['2:3', '3'], ['0:idle'], ['1:idle'], ['2:idle', '10 idle']],
  ],
  [
    'several: a channel that comes back counts once it has caught up',
    3,
    [['0:10'], ['1:7'], ['2:3', '3'], ['2:idle', '7'], ['2:active'], ['2:5'], ['2:9'], ['1:12', '9']],
  ],
  [
    'several: nothing while every active channel has to catch up',
    3,
    [['0:10'], ['1:7'], ['2:idle', '7'], ['2:active'], ['0:idle'], ['1:idle']],
  ],
  [
    'several: a channel that has to catch up turns idle again',
    2,
    [['0:7'], ['1:10', '7'], ['0:idle', '10'], ['0:active'], ['0:9'], ['0:idle']],
  ],
  [
    'several: the highest is flushed although the last to turn idle had to catch up (FLINK-40475)',
    3,
    [
      ['0:100'],
      ['1:50'],
      ['2:70', '50'],
      ['1:idle', '70'],
      ['1:active'],
      ['1:60'],
      ['0:idle'],
      ['2:idle'],
      ['1:idle', '100 idle'],
    ],
  ],
  [
    'several: a channel that comes back alone and ahead moves the watermark (FLINK-40475)',
    3,
    [
      ['0:10'],
      ['1:7'],
      ['2:idle', '7'],
      ['2:active'],
      ['0:idle'],
      ['1:idle'],
      ['0:active', '10'],
      ['2:idle'],
    ],
  ],
  [
    'several: the end goes out once all have ended',
    2,
    [['0:end'], ['1:3', '3'], ['1:5', '5'], ['1:end', 'end']],
  ],
  [
    'several: one ended and the other idle for a while is no end (FLINK-38477)',
    2,
    [
      ['0:5'],
      ['1:3', '3'],
      ['0:end'],
      ['1:idle', 'idle'],
      ['1:active', 'active'],
      ['1:9', '9'],
      ['1:end', 'end'],
    ],
  ],
  [
    'several: an idle channel ends',
    2,
    [['0:idle'], ['0:end'], ['1:4', '4'], ['1:idle', 'idle'], ['1:end', 'active end']],
  ],
];
for (const [name, channels, steps] of situations) {
  test(`valve, ${name}`, () => {
    const output = new Lines();
    play(new StatusWatermarkValve(channels, output), output, steps);
  });
}

const anyStep = fc
  .tuple(fc.nat(2), fc.oneof(fc.nat(50).map(String), fc.constantFrom('idle', 'active', 'end')))
  .map(([channel, what]) => `${channel}:${what}`);

test('valve, whatever comes: the watermark only rises, silence while idle, statuses alternate', () =>
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const output = new Lines();
      const valve = new StatusWatermarkValve(3, output);
      for (const step of steps) feed(valve, step);
      let last = -1;
      let isIdle = false;
      for (const line of output.lines) {
        if (line === 'idle' || line === 'active') {
          assert.notEqual(line === 'idle', isIdle);
          isIdle = line === 'idle';
        } else {
          assert.isFalse(isIdle, 'a watermark while idle');
          const watermark = line === 'end' ? Infinity : Number(line);
          assert.isAbove(watermark, last);
          last = watermark;
        }
      }
    }),
  ));

test('valve, without idleness the output is the lowest of the highest seen of each channel', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(50)), { maxLength: 60 }), (watermarks) => {
      const output = new Lines();
      const valve = new StatusWatermarkValve(3, output);
      const highest = [-1, -1, -1];
      for (const [channel, timestamp] of watermarks) {
        valve.inputWatermark(timestamp, channel);
        highest[channel] = Math.max(highest[channel]!, timestamp);
      }
      const lowest = Math.min(...highest);
      assert.equal(Number(output.lines.at(-1) ?? -1), lowest);
    }),
  ));

const inputs: [name: string, steps: Step[]][] = [
  ['S-8: the lower of both', [['0:5'], ['1:3', '3'], ['1:9', '5'], ['0:7', '7']]],
  ['S-8: an idle input is skipped', [['0:5'], ['1:idle', '5'], ['0:8', '8']]],
  [
    'S-8: both idle flush the higher, then are idle',
    [['0:5'], ['1:3', '3'], ['0:idle'], ['1:idle', '5 idle']],
  ],
  [
    'S-8: one comes back: active, and its watermark does not go back',
    [['0:5'], ['1:idle', '5'], ['0:idle', 'idle'], ['1:active', 'active'], ['1:4'], ['1:6', '6']],
  ],
  ['S-8: an ended input no longer holds the other up', [['0:5'], ['1:3', '3'], ['0:end'], ['1:9', '9']]],
  [
    'S-8: the other idle does not end the stream (FLINK-38477)',
    [['0:end'], ['1:3', '3'], ['1:idle', 'idle'], ['1:active', 'active'], ['1:7', '7']],
  ],
  [
    'S-8: the end of an idle input counts',
    [['0:5'], ['1:idle', '5'], ['0:end', 'idle'], ['1:end', 'active end']],
  ],
  ['S-8: ended on both sides', [['0:end'], ['1:end', 'end']]],
];
for (const [name, steps] of inputs) {
  test(`two inputs, ${name}`, () => {
    const output = new Lines();
    play(new CombinedWatermark(2, output), output, steps);
  });
}
