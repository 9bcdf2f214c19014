import type { JobDetails } from '../runtime/job-views.ts';
import type { LocalCluster } from '../runtime/local-cluster.ts';
import { STRING, tableOf } from '../table/operations/operation-result.ts';
import type { Statement } from '../table/parser/ast.ts';
import { positionOf } from '../table/parser/ast/position.ts';
import { ValidationException } from '../types/errors.ts';
import type { RowField } from '../types/logical-type.ts';
import type { StatementResult } from './statement-result.ts';

const JOB_COLUMNS: readonly RowField[] = ['job id', 'job name', 'status', 'start time'].map((name) => ({
  name,
  type: STRING,
}));

function jobRow(job: JobDetails): string[] {
  return [job.jid, job.name, job.state, new Date(job['start-time']).toISOString()];
}

/**
 * SHOW JOBS, DESCRIBE JOB and STOP JOB.
 *
 * @throws ValidationException for a job that is not there, and for every other statement: nothing else is left to run them
 */
export async function executeOnJobs(
  statement: Statement,
  script: string,
  { dispatcher }: LocalCluster,
): Promise<StatementResult> {
  const text = script.slice(statement.span.start, statement.span.end);
  const named = statement.kind === 'StopJob' || statement.kind === 'Describe' ? statement.job : undefined;
  if (named && !(await dispatcher.listJobs()).some((job) => job.jid === named.value)) {
    throw new ValidationException(`Job ${named.value} does not exist.`, {
      position: positionOf(script, named.span),
    });
  }
  switch (statement.kind) {
    case 'StopJob':
      if (!statement.withSavepoint) await dispatcher.cancelJob(statement.job.value);
      else await dispatcher.stopWithSavepoint(statement.job.value, statement.withDrain);
      return { kind: 'ok', statement: text };
    case 'Show': {
      const jobs = await dispatcher.listJobs();
      return { kind: 'rows', statement: text, ...tableOf(JOB_COLUMNS, jobs.map(jobRow)) };
    }
    case 'Describe': {
      const job = await dispatcher.jobDetails(statement.job?.value ?? '');
      return { kind: 'rows', statement: text, ...tableOf(JOB_COLUMNS, [jobRow(job)]) };
    }
    default:
      throw new ValidationException(`${text.split(/\s/, 1)[0]} is not supported here.`, {
        position: positionOf(script, statement.span),
      });
  }
}
