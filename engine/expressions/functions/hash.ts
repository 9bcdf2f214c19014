import { javaHash } from '../../data/java-hash.ts';
import type { Value } from '../../data/value.ts';
import { isCharacter } from '../../types/type-families.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import { toNumeric } from '../numeric-cast.ts';
import { INTEGER } from '../physical-type.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { perRow } from '../value-function.ts';

/** Hashes of bytes, and of the UTF-8 of texts (S-60j). Digests are told by their bits. */
export const HASH_RUNTIMES: FunctionTable = {
  MD5: digest(128),
  SHA1: digest(160),
  SHA224: digest(224),
  SHA256: digest(256),
  SHA384: digest(384),
  SHA512: digest(512),
  HASH_CODE: { cost: 100, compile: hashCode },
  SHA2: { cost: 500, canFail: true, compile: sha2 },
};

/** Java's `hashCode()` of a value; that of a text goes by its UTF-16 units, as of a `String`, and has no sign. */
function hashCode(call: RexCall, emitter: Emitter): Register {
  const value = emitter.value(call.operands[0]!);
  const { type } = value;
  return perRow(emitter, call.type, [value], call, (each: Value) =>
    typeof each === 'string' && isCharacter(type) ? stringHash(each) : (javaHash(each, type) ?? null),
  );
}

function stringHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return Math.abs(hash) | 0;
}

function digest(bits: number): FunctionRuntime {
  return {
    cost: 500,
    compile: (call, emitter) => digests(call, emitter, emitter.constant(INTEGER, bits), bits, bits),
  };
}

/** NULL where the bits are. */
function sha2(call: RexCall, emitter: Emitter): Register {
  return digests(call, emitter, toNumeric(emitter, emitter.value(call.operands[1]!), INTEGER), 224, 512);
}

/** Digests of the first operand, of `least` to `most` bits. */
function digests(call: RexCall, emitter: Emitter, bits: Register, least: number, most: number): Register {
  const text = emitter.views(emitter.value(call.operands[0]!));
  const canFail = !bits.isConstant;
  return emitter.strict(
    call.type,
    [text, bits],
    (rows, out, validity, heap) => {
      const { values, stride } = text.column;
      const { column } = bits;
      const start = heap.reserve((rows * most) / 4);
      const done = emitter.kernels.digestTexts(
        rows,
        values,
        stride,
        column.values,
        column.stride,
        least,
        validity,
        start,
        out,
      );
      if (done === rows) return;
      const memory = new DataView(emitter.program.wasm.memory.buffer);
      const wrong = memory.getInt32(column.values + done * column.stride, true);
      const reason = `There is no SHA-2 hash of ${wrong} bits: 224, 256, 384 and 512 there are`;
      throw emitter.failure(reason, call, done);
    },
    canFail,
  );
}
