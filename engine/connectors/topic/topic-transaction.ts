/**
 * The name of a transaction: which subtask of which sink made it, in which life, and the how-manieth of it. The life is drawn anew at every
 * start of a subtask, so a name never comes twice, not even when the job goes back to an older checkpoint.
 */
export interface TopicTransaction {
  readonly subtask: number;
  readonly life: string;
  readonly count: number;
}

/** What all transactions of a sink begin with. */
export function sinkPrefix(jobId: string, operatorId: string): string {
  return `${jobId}~${operatorId}~`;
}

export function transactionName(prefix: string, { subtask, life, count }: TopicTransaction): string {
  return `${prefix}${subtask}~${life}~${count}`;
}

/** The subtask that made a transaction of the sink with this prefix. */
export function subtaskOf(prefix: string, transaction: string): number | undefined {
  const [, subtask] = transaction.startsWith(prefix)
    ? (/^(\d+)~/.exec(transaction.slice(prefix.length)) ?? [])
    : [];
  return subtask === undefined ? undefined : Number(subtask);
}
