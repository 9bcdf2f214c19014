import { parseDuration } from '../types/duration.ts';

/** Whether the job takes checkpoints by itself, so that a sink may wait for them to publish what it wrote. */
export function isCheckpointed(configuration: Readonly<Record<string, string>>): boolean {
  return (parseDuration(configuration['execution.checkpointing.interval'] ?? '0') ?? 0) > 0;
}
