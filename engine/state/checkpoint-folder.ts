/** Prefix of the names of all that is stored for a checkpoint: its manifest, and the segments that were written for it. */
export function checkpointFolder(jobId: string, checkpointId: number): string {
  return `${jobFolder(jobId)}chk-${checkpointId}/`;
}

/** Prefix of the names of all that is stored for a job's checkpoints. */
export function jobFolder(jobId: string): string {
  return `jobs/${jobId}/`;
}

/** The checkpoint for which a value was stored; undefined if it is of no checkpoint of this job. */
export function checkpointOfName(jobId: string, name: string): number | undefined {
  const folder = jobFolder(jobId);
  const match = name.startsWith(folder) && /^chk-(\d+)\//.exec(name.slice(folder.length));
  return match ? Number(match[1]) : undefined;
}
