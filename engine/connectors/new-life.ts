/** A name that never comes twice, for one life of a subtask: 48 random bits. */
export function newLife(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
