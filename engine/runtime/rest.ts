import type { Json } from '../state/paged-state.ts';
import type { DispatcherGateway } from './gateways.ts';
import type { ExecutionState, JobDetails, JobStatus, JobVertexDetails } from './job-views.ts';

type Source = Pick<DispatcherGateway, 'listJobs' | 'jobDetails' | 'checkpoints' | 'taskManagers'>;
type Answer = (source: Source, ...parameters: string[]) => Promise<unknown>;

/**
 * What Flink's REST API answers to a GET of these paths; `:x` takes one step of the path. Fields that say nothing of us
 * (hosts, JVM memory) are left out.
 */
const ROUTES: readonly (readonly [path: string, answer: Answer])[] = [
  ['/overview', overview],
  [
    '/jobs',
    async (source) => ({
      jobs: (await source.listJobs()).map(({ jid, state }) => ({ id: jid, status: state })),
    }),
  ],
  ['/jobs/overview', async (source) => ({ jobs: (await source.listJobs()).map(jobOverview) })],
  ['/jobs/:job', (source, job) => source.jobDetails(job)],
  ['/jobs/:job/plan', async (source, job) => ({ plan: (await source.jobDetails(job)).plan })],
  ['/jobs/:job/exceptions', async (source, job) => exceptions(await source.jobDetails(job))],
  ['/jobs/:job/checkpoints', checkpoints],
  ['/jobs/:job/checkpoints/details/:checkpoint', checkpointDetails],
  ['/jobs/:job/vertices/:vertex', vertex],
  [
    '/jobs/:job/vertices/:vertex/watermarks',
    async (source, job, id) => watermarks(await vertex(source, job, id)),
  ],
  [
    '/jobs/:job/vertices/:vertex/backpressure',
    async (source, job, id) => backpressure(await vertex(source, job, id)),
  ],
  ['/taskmanagers', async (source) => ({ taskmanagers: await source.taskManagers() })],
  ['/taskmanagers/:id', taskManager],
];

/** Throws an error that lists the paths there are, if this is none of them. */
export async function restAnswer(path: string, source: Source): Promise<Json> {
  const steps = path
    .replace(/^\/v1(?=\/)/, '')
    .replace(/\/$/, '')
    .split('/');
  for (const [pattern, answer] of ROUTES) {
    const parameters = matchSteps(pattern.split('/'), steps);
    if (parameters) return (await answer(source, ...parameters)) as Json; // plain data, all of it
  }
  const known = ROUTES.map(([pattern]) => pattern).join(', ');
  throw new Error(`The path ${path} is not supported. There are: ${known}.`);
}

function matchSteps(pattern: readonly string[], steps: readonly string[]): string[] | undefined {
  if (pattern.length !== steps.length) return undefined;
  const parameters: string[] = [];
  for (const [i, step] of steps.entries()) {
    if (pattern[i]?.startsWith(':')) parameters.push(decodeURIComponent(step));
    else if (pattern[i] !== step) return undefined;
  }
  return parameters;
}

async function overview(source: Source): Promise<unknown> {
  const [jobs, taskManagers] = await Promise.all([source.listJobs(), source.taskManagers()]);
  const count = (...states: JobStatus[]): number => jobs.filter(({ state }) => states.includes(state)).length;
  const ended = count('FINISHED', 'CANCELED', 'FAILED', 'SUSPENDED');
  return {
    taskmanagers: taskManagers.length,
    'slots-total': taskManagers.reduce((sum, { slotsNumber }) => sum + slotsNumber, 0),
    'slots-available': taskManagers.reduce((sum, { freeSlots }) => sum + freeSlots, 0),
    'jobs-running': jobs.length - ended,
    'jobs-finished': count('FINISHED', 'SUSPENDED'),
    'jobs-cancelled': count('CANCELED'),
    'jobs-failed': count('FAILED'),
  };
}

const TASK_STATES: readonly ExecutionState[] = [
  'CREATED',
  'SCHEDULED',
  'DEPLOYING',
  'INITIALIZING',
  'RUNNING',
  'FINISHED',
  'CANCELING',
  'CANCELED',
  'FAILED',
];

function jobOverview(job: JobDetails): unknown {
  const tasks = job.vertices.flatMap(({ subtasks }) => subtasks);
  const counts = TASK_STATES.map((state) => [
    state.toLowerCase(),
    tasks.filter(({ status }) => status === state).length,
  ]);
  return {
    jid: job.jid,
    name: job.name,
    state: job.state,
    'start-time': job['start-time'],
    'end-time': job['end-time'],
    duration: job.duration,
    tasks: { total: tasks.length, ...(Object.fromEntries(counts) as Record<string, number>) },
  };
}

function exceptions(job: JobDetails): unknown {
  const entries = job.exceptions.map(({ timestamp, taskName, taskManager, message }) => ({
    exceptionName: message.split(':', 1)[0],
    stacktrace: message,
    timestamp,
    taskName,
    taskManagerId: taskManager,
    concurrentExceptions: [],
  }));
  return { exceptionHistory: { entries, truncated: false } };
}

async function checkpoints(source: Source, job: string): Promise<unknown> {
  const { counts, history, restored } = await source.checkpoints(job);
  const completed = history.filter(({ status }) => status === 'COMPLETED');
  return {
    counts,
    latest: {
      completed: completed.find(({ is_savepoint }) => !is_savepoint) ?? null,
      savepoint: completed.find(({ is_savepoint }) => is_savepoint) ?? null,
      failed: history.find(({ status }) => status === 'FAILED') ?? null,
      restored,
    },
    history,
  };
}

async function checkpointDetails(source: Source, job: string, checkpoint: string): Promise<unknown> {
  const { history } = await source.checkpoints(job);
  const found = history.find(({ id }) => String(id) === checkpoint);
  if (!found) throw new Error(`The history of job ${job} holds no checkpoint ${checkpoint}.`);
  return found;
}

async function vertex(source: Source, job: string, id: string): Promise<JobVertexDetails> {
  const found = (await source.jobDetails(job)).vertices.find((other) => other.id === id);
  if (!found) throw new Error(`The job ${job} has no vertex ${id}.`);
  return found;
}

function watermarks({ subtasks }: JobVertexDetails): unknown {
  return subtasks
    .filter(({ currentInputWatermark }) => currentInputWatermark !== null)
    .map(({ subtask, currentInputWatermark }) => ({
      id: `${subtask}.currentInputWatermark`,
      value: String(currentInputWatermark),
    }));
}

function backpressure({ subtasks }: JobVertexDetails): unknown {
  const level = (ratio: number): string => (ratio <= 0.1 ? 'ok' : ratio <= 0.5 ? 'low' : 'high');
  const ratios = subtasks.map(
    ({ subtask, backPressuredTimeMsPerSecond, busyTimeMsPerSecond, idleTimeMsPerSecond }) => ({
      subtask,
      'backpressure-level': level(backPressuredTimeMsPerSecond / 1000),
      ratio: backPressuredTimeMsPerSecond / 1000,
      busyRatio: busyTimeMsPerSecond / 1000,
      idleRatio: idleTimeMsPerSecond / 1000,
    }),
  );
  const worst = Math.max(0, ...ratios.map(({ ratio }) => ratio));
  return { status: 'ok', 'backpressure-level': level(worst), subtasks: ratios };
}

async function taskManager(source: Source, id: string): Promise<unknown> {
  const found = (await source.taskManagers()).find((other) => other.id === id);
  if (!found) throw new Error(`There is no TaskManager ${id}.`);
  return found;
}
