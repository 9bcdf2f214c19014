import type { UserFunctions } from './user-function.ts';
import type { RowType } from '../types/logical-type.ts';

/** What expressions may ask about the world that evaluates them. */
export interface ExpressionContext {
  readonly inputType: RowType;
  /** Job and cluster options under Flink's keys: `table.local-time-zone`. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Processing time. */
  readonly clock: { now(): number };
  /** By the key in `RexCall.userFunction`. */
  readonly userFunctions?: UserFunctions;
  /** The watermark of the operator that evaluates, for CURRENT_WATERMARK; undefined before the first. */
  readonly currentWatermark?: () => number | undefined;
}

/** `table.local-time-zone`, UTC unless it is set. */
export function sessionTimeZone({ configuration }: Pick<ExpressionContext, 'configuration'>): string {
  const zone = configuration['table.local-time-zone'] ?? 'UTC';
  return zone === 'default' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

/** `table.exec.legacy-cast-behaviour`: a CAST that fails is NULL, lengths are not enforced, and BOOLEANs are written `true` and `false`. */
export function hasLegacyCasts({ configuration }: Pick<ExpressionContext, 'configuration'>): boolean {
  return configuration['table.exec.legacy-cast-behaviour']?.toUpperCase() === 'ENABLED';
}
