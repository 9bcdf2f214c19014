/**
 * Names of stored values as relative paths that every file system keeps apart: only lower-case letters, digits, `-` and `_` stand for
 * themselves, upper case is `+` and the letter, the rest `%` and hexadecimal bytes. `/` stays and makes folders.
 */
export function fileNameOf(name: string): string {
  return name.replace(/[^a-z0-9_/-]+/gu, (other) => [...other].map(escape).join(''));
}

export function nameOfFile(file: string): string {
  const lower = file
    .replaceAll('\\', '/')
    .replace(/\+([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return decodeURIComponent(lower);
}

function escape(character: string): string {
  if (/[A-Z]/.test(character)) return `+${character.toLowerCase()}`;
  const bytes = new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
