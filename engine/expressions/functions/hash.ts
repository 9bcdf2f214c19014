import { javaHash } from '../../data/java-hash.ts';
import type { Value } from '../../data/value.ts';
import { isCharacter } from '../../types/type-families.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { perRow, strictFunction as strict } from '../value-function.ts';
import { digestText, type DigestName } from './message-digest.ts';

/** Hashes of bytes, and of the UTF-8 of texts (S-60j). */
export const HASH_RUNTIMES: FunctionTable = {
  MD5: digest('MD5'),
  SHA1: digest('SHA1'),
  SHA224: digest('SHA224'),
  SHA256: digest('SHA256'),
  SHA384: digest('SHA384'),
  SHA512: digest('SHA512'),
  HASH_CODE: { cost: 100, compile: hashCode },
  SHA2: {
    ...strict((text: string | Uint8Array, bits: number | bigint): Value => {
      const name = BY_BITS[Number(bits)];
      if (!name)
        throw new RangeError(`There is no SHA-2 hash of ${bits} bits: 224, 256, 384 and 512 there are`);
      return digestText(name, bytesOf(text));
    }),
    cost: 3000,
    canFail: true,
  },
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

const UTF_8 = new TextEncoder();

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? UTF_8.encode(value) : value;
}

const BY_BITS: Readonly<Record<number, DigestName>> = {
  224: 'SHA224',
  256: 'SHA256',
  384: 'SHA384',
  512: 'SHA512',
};

function digest(name: DigestName): FunctionRuntime {
  return { ...strict((text: string | Uint8Array) => digestText(name, bytesOf(text))), cost: 3000 };
}
