import type { Value } from '../../data/value.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import { strictFunction as strict } from '../value-function.ts';
import { digestText, type DigestName } from './message-digest.ts';

/** Hashes of bytes, and of the UTF-8 of texts (S-60j). */
export const HASH_RUNTIMES: FunctionTable = {
  MD5: digest('MD5'),
  SHA1: digest('SHA1'),
  SHA224: digest('SHA224'),
  SHA256: digest('SHA256'),
  SHA384: digest('SHA384'),
  SHA512: digest('SHA512'),
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
