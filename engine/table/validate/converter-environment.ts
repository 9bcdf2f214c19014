/** What an expression may ask about the session. */

import type { UserFunction } from '../catalog/user-function.ts';

export interface ConverterEnvironment {
  /** `table.local-time-zone`. */
  readonly timeZone: string;
  readonly isStreaming: boolean;
  readonly currentDatabase: string;
  /** A function that a user registered, by its path as written: temporary system, then temporary, then catalog functions. */
  findUserFunction?(path: readonly string[]): UserFunction | undefined;
  /** Whether a built-in function can be computed; absent: all are taken to be. */
  hasRuntime?(operator: string): boolean;
}
