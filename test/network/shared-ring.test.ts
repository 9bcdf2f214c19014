import fc from 'fast-check';
import { assert, test } from 'vitest';
import { allocateRing, RingQueue } from '../../engine/network/shared-ring.ts';

const bytesOf = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (seed + i) & 0xff);

/** A record as a line that holds all of it. */
const lineOf = (kind: number, channel: number, value: number, total: number, payload: Uint8Array) =>
  `${kind} ${channel} ${value} ${total} ${Buffer.from(payload).toString('hex')}`;

test('records come out as they went in, whatever their sizes and however writes and reads fall', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.record({ write: fc.nat(992) }), fc.record({ read: fc.integer({ min: 1, max: 5 }) })),
        {
          minLength: 20,
          maxLength: 200,
        },
      ),
      (steps) => {
        const ring = allocateRing(4096);
        const [writer, reader] = [new RingQueue(ring, 0), new RingQueue(ring, 0)];
        const written: string[] = [];
        const seen: string[] = [];
        const readOne = () =>
          reader.read(({ kind, channel, value, total, payload }) =>
            seen.push(lineOf(kind, channel, value, total, payload)),
          );
        steps.forEach((step, i) => {
          if ('read' in step) for (let n = 0; n < step.read; n++) readOne();
          else {
            const payload = bytesOf(step.write, i);
            if (writer.write(i % 5, i, -i, 7 * i, payload))
              written.push(lineOf(i % 5, i, -i, 7 * i, payload));
            else assert.isAbove(written.length, seen.length, 'an empty ring has room');
          }
        });
        while (readOne());
        assert.deepEqual(seen, written);
        assert.isTrue(reader.isEmpty);
      },
    ),
  ));

test('the two directions are apart', () => {
  const ring = allocateRing(4096);
  new RingQueue(ring, 0).write(1, 2, 3, 4, bytesOf(5, 6));
  assert.isFalse(new RingQueue(ring, 1).read(() => assert.fail()));
  assert.isTrue(
    new RingQueue(ring, 0).read(({ payload }) => assert.deepEqual([...payload], [...bytesOf(5, 6)])),
  );
});

test('a writer without room asks to be woken, and the reader learns it once', () => {
  const ring = allocateRing(4096);
  const [writer, reader] = [new RingQueue(ring, 0), new RingQueue(ring, 0)];
  while (writer.write(1, 0, 0, 0, bytesOf(900, 0)));
  assert.isTrue(reader.read(() => {}));
  assert.isTrue(reader.takeWriterWaits());
  assert.isFalse(reader.takeWriterWaits());
  assert.isTrue(writer.write(1, 0, 0, 0, bytesOf(900, 0)));
});

test('a reader goes to sleep only before an empty ring, and the writer learns it once', () => {
  const ring = allocateRing(4096);
  const [writer, reader] = [new RingQueue(ring, 0), new RingQueue(ring, 0)];
  assert.isFalse(writer.takeReaderSleeps());
  assert.isTrue(reader.sleep());
  writer.write(1, 0, 0, 0, bytesOf(1, 0));
  assert.isTrue(writer.takeReaderSleeps());
  assert.isFalse(writer.takeReaderSleeps());
  assert.isFalse(reader.sleep());
  assert.isFalse(writer.takeReaderSleeps());
});
