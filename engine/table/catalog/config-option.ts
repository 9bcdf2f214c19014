/** One option of the session or the job: what SET may say of it. */

export type ConfigType =
  'string' | 'boolean' | 'int' | 'long' | 'double' | 'duration' | 'memory' | 'enum' | 'timezone';

export interface ConfigOption {
  readonly key: string;
  readonly type: ConfigType;
  /** As text; absent: none. */
  readonly default?: string;
  /** Of an enum, in Flink's spelling; case does not count. */
  readonly values?: readonly string[];
  readonly description: string;
}
