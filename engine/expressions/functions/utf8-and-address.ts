import type { FunctionTable } from '../function-runtime.ts';
import { strictFunction as strict } from '../value-function.ts';

/** Bytes that should be UTF-8, and IPv4 addresses as numbers (S-88). */
export const UTF8_AND_ADDRESS_RUNTIMES: FunctionTable = {
  IS_VALID_UTF8: strict((bytes: Uint8Array) => isUtf8(bytes)),
  MAKE_VALID_UTF8: strict((bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)),
  INET_ATON: strict(addressNumber),
  INET_NTOA: strict(addressText),
};

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** One to four numbers up to 255; the last is the last byte however few there are. */
function addressNumber(address: string): number | null {
  if (!/^\d+(\.\d+){0,3}$/.test(address)) return null;
  const parts = address.split('.').map(Number);
  if (parts.some((part) => part > 255)) return null;
  const last = parts.pop() ?? 0;
  return parts.reduce((sum, part, i) => sum + part * 256 ** (3 - i), last);
}

function addressText(number: number | bigint): string | null {
  const value = Number(number);
  if (value < 0 || value > 0xffffffff) return null;
  return [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join('.');
}
