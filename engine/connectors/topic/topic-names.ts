/**
 * Where a topic lies in the PageStore:
 *
 *   topics/<topic>/manifest                                       TopicManifest
 *   topics/<topic>/tx/<transaction>/<partition>-<n>-<rows>-<bytes>    piece n of what a transaction prepared
 *   topics/<topic>/log/<partition>/<first>-<end>                  small pieces put together, rows `first` to `end`
 *
 * A piece keeps its name when it is committed: the manifest then names it.
 */
export const TOPICS = 'topics/';

export function folderOf(topic: string): string {
  return `${TOPICS}${encodeURIComponent(topic)}/`;
}

export function manifestName(topic: string): string {
  return `${folderOf(topic)}manifest`;
}

/** The topic whose manifest has this name, if it is one's. */
export function topicOfManifest(name: string): string | undefined {
  const [, topic] = /^topics\/([^/]+)\/manifest$/.exec(name) ?? [];
  return topic === undefined ? undefined : decodeURIComponent(topic);
}

export function logFolder(topic: string): string {
  return `${folderOf(topic)}log/`;
}

export function logName(topic: string, partition: number, first: number, end: number): string {
  return `${logFolder(topic)}${partition}/${first}-${end}`;
}

/** Names that begin with this are pieces of transactions that begin with `prefix`. */
export function transactionPrefix(topic: string, prefix: string): string {
  return `${folderOf(topic)}tx/${encodeURIComponent(prefix)}`;
}

/** What a transaction wrote, told by a piece's name alone. */
export interface TransactionPiece {
  readonly name: string;
  readonly transaction: string;
  readonly partition: number;
  readonly sequence: number;
  readonly count: number;
  readonly bytes: number;
}

export function pieceName(topic: string, piece: Omit<TransactionPiece, 'name'>): string {
  const { transaction, partition, sequence, count, bytes } = piece;
  return `${transactionPrefix(topic, transaction)}/${partition}-${sequence}-${count}-${bytes}`;
}

export function pieceOf(name: string): TransactionPiece | undefined {
  const match = /\/tx\/([^/]+)\/(\d+)-(\d+)-(\d+)-(\d+)$/.exec(name);
  if (!match) return undefined;
  const [partition = 0, sequence = 0, count = 0, bytes = 0] = match.slice(2).map(Number);
  return { name, transaction: decodeURIComponent(match[1] ?? ''), partition, sequence, count, bytes };
}
