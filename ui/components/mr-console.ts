import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ErrorData, RowsResult, SqlPosition, StatementResult } from '../../engine/index.ts';
import { isActive, type JobSession, type SessionJob } from '../controllers/job-session.ts';
import { formatDuration, formatEventTime, formatRate } from '../format.ts';
import { controls } from '../theme.ts';
import './mr-checkpoints.ts';
import './mr-job-graph.ts';
import './mr-problems.ts';
import './mr-result-table.ts';
import './mr-sql-editor.ts';
import './mr-statement-table.ts';
import type { SqlEditorElement } from './mr-sql-editor.ts';

/** For how long a job that has restarted shows its failure. */
const FAILURE_SHOWN_MS = 60_000;

type Tab = 'table' | 'changelog' | 'print' | 'statements';

/**
 * A script, what it gives, and the job behind it: editor, results, job graph, checkpoints.
 * @fires text-change - the script was edited.
 */
@localized()
@customElement('mr-console')
export class ConsoleElement extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .console {
        display: grid;
        height: 100%;
        grid-template: minmax(0, 1fr) auto / minmax(0, 1fr) minmax(0, 1fr);
        gap: 1px;
        background: var(--mr-border);
      }
      section {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--mr-background);
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding: 8px 12px;
        border-bottom: 1px solid var(--mr-border);
      }
      .fill {
        flex: 1;
        min-height: 0;
        overflow: auto;
      }
      mr-sql-editor {
        min-height: 120px;
      }
      [role='alert'] {
        max-height: 40%;
        overflow: auto;
      }
      .spacer {
        flex: 1;
      }
      .job {
        grid-column: 1 / -1;
        max-height: 46vh;
        overflow: auto;
      }
      .panels {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        gap: 16px;
        padding: 10px 12px;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 18px;
        margin: 0;
      }
      .facts div {
        display: flex;
        gap: 6px;
      }
      .facts dt {
        color: var(--mr-color-faint);
      }
      .facts dd {
        margin: 0;
        font-variant-numeric: tabular-nums;
      }
      .hint {
        margin: 12px;
      }
      .legend {
        margin: 2px 0 6px;
      }
      .busy {
        color: var(--mr-color-busy);
      }
      .backpressured {
        color: var(--mr-color-backpressured);
      }
      .idle {
        color: var(--mr-color-idle);
      }
      [role='tab'][aria-selected='true'] {
        border-color: var(--mr-color-accent);
        box-shadow: inset 0 -2px var(--mr-color-accent);
      }
      pre {
        margin: 0;
        padding: 8px 12px;
        font: 13px/1.5 var(--mr-font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      @container (max-width: 760px) {
        .console {
          height: auto;
          grid-template: minmax(220px, 40vh) minmax(220px, 50vh) auto / minmax(0, 1fr);
        }
        .job {
          max-height: none;
        }
        .panels {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) session!: JobSession;
  /** Asked for the script when it is not typed here. */
  @property() script = '';
  @state() private tab: Tab = 'table';
  @state() private selectedJob = 0;
  @state() private revision = 0;
  @query('mr-sql-editor') private editor!: SqlEditorElement;
  readonly #onChange = (): void => void this.revision++;

  get text(): string {
    return this.editor.text;
  }

  set text(value: string) {
    this.script = value;
    if (this.hasUpdated) this.editor.text = value;
  }

  /** Runs the script that stands in the editor. */
  async run(): Promise<void> {
    this.selectedJob = 0;
    this.tab = 'table';
    await this.session.run(this.text);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session.addEventListener('change', this.#onChange);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session.removeEventListener('change', this.#onChange);
  }

  override firstUpdated(): void {
    this.editor.text = this.script;
  }

  override render() {
    const { jobs, isStarting } = this.session;
    const job = jobs[this.selectedJob];
    const isRunning = isStarting || jobs.some(({ details }) => isActive(details));
    return html`<div class="console">
      <section aria-label=${msg('Script', { id: 'script' })}>
        <div class="bar">
          <button class="primary" @click=${() => this.run()}>
            ${msg('Run', { id: 'run' })} <kbd>${shortcut()}</kbd>
          </button>
          <button ?disabled=${!isRunning} @click=${() => this.session.cancelAll()}>
            ${msg('Stop', { id: 'stop' })}
          </button>
          <slot name="actions"></slot>
        </div>
        <mr-sql-editor
          class="fill"
          .check=${(text: string): readonly ErrorData[] => this.session.environment.check(text).errors}
          .complete=${(text: string, offset: number) => this.session.environment.completions(text, offset)}
          @run=${() => this.run()}
          @text-change=${() => this.dispatchEvent(new Event('text-change'))}
        ></mr-sql-editor>
        <div
          role="alert"
          @problem-select=${(event: CustomEvent<SqlPosition>) => this.editor.goTo(event.detail)}
        >
          <mr-problems .problems=${this.#problems(job)}></mr-problems>
        </div>
      </section>
      <section aria-label=${msg('Result', { id: 'result' })}>${this.#results(job)}</section>
      ${job ? this.#job(job) : nothing}
    </div>`;
  }

  /** A job that goes on shows for a while what it has failed with, lest nobody sees why it restarts. */
  #problems(job: SessionJob | undefined): readonly ErrorData[] {
    const details = job?.details;
    const failure = details?.exceptions[0];
    if (!details || !failure) return this.session.errors;
    const isRecent = details.now - failure.timestamp < FAILURE_SHOWN_MS;
    if (details.state !== 'FAILED' && !(isRecent && isActive(details))) return this.session.errors;
    return [
      ...this.session.errors,
      { name: 'RuntimeFailure', message: failure.message, task: failure.taskName ?? undefined },
    ];
  }

  #results(job: SessionJob | undefined) {
    const { jobs, results } = this.session;
    const statements = results.filter((result): result is RowsResult => result.kind === 'rows');
    const tabs: [Tab, string][] = [];
    if (job?.result || statements.length === 0) {
      tabs.push(
        ['table', msg('Table', { id: 'table' })],
        ['changelog', msg('Changelog', { id: 'changelog' })],
      );
    }
    if (job && job.printed.length > 0) tabs.push(['print', msg('Printed', { id: 'printed' })]);
    if (statements.length > 0) tabs.push(['statements', msg('Statements', { id: 'statements' })]);
    const tab = tabs.some(([name]) => name === this.tab) ? this.tab : tabs[0]![0];
    return html`
      <div class="bar">
        <div
          role="tablist"
          aria-label=${msg('Views of the result', { id: 'result-views' })}
          @keydown=${(event: KeyboardEvent) => this.#moveTab(event, tabs, tab)}
        >
          ${tabs.map(
            ([name, label]) =>
              html`<button
                role="tab"
                id="tab-${name}"
                aria-selected=${name === tab}
                aria-controls="view"
                tabindex=${name === tab ? 0 : -1}
                @click=${() => (this.tab = name)}
              >
                ${label}
              </button>`,
          )}
        </div>
        <span class="spacer"></span>
        ${
          jobs.length > 1
            ? html`<label>
                ${msg('Job', { id: 'job' })}
                <select
                  @change=${(event: Event) => (this.selectedJob = (event.target as HTMLSelectElement).selectedIndex)}
                >
                  ${jobs.map(({ details, jobId }, i) => html`<option ?selected=${i === this.selectedJob}>${details?.name ?? jobId}</option>`)}
                </select>
              </label>`
            : nothing
        }
      </div>
      <div class="fill" role="tabpanel" id="view" aria-labelledby="tab-${tab}">
        ${this.#view(tab, job, statements)}
      </div>
    `;
  }

  #view(tab: Tab, job: SessionJob | undefined, statements: readonly RowsResult[]) {
    if (tab === 'print') return html`<pre tabindex="0">${job?.printed.slice(-200).join('\n')}</pre>`;
    if (tab === 'statements')
      return statements.map((result) => html`<mr-statement-table .result=${result}></mr-statement-table>`);
    if (!job?.result) {
      return html`<p class="faint hint">${this.#hint(this.session.results)}</p>`;
    }
    return html`<mr-result-table
      .result=${job.result}
      .view=${tab}
      .position=${this.revision}
      .timeZone=${this.session.environment.config.get('table.local-time-zone')}
    ></mr-result-table>`;
  }

  #hint(results: readonly StatementResult[]): string {
    if (this.session.isStarting) return msg('Starting…', { id: 'starting' });
    if (results.some(({ kind }) => kind === 'job'))
      return msg('The job writes to tables; it has no rows to show here.', { id: 'no-result' });
    if (results.length > 0 && this.session.errors.length === 0)
      return msg('Done. No statement of the script gives rows.', { id: 'done' });
    return msg(str`Press ${shortcut()} to run the script. Rows appear here.`, { id: 'press-run' });
  }

  #job(job: SessionJob) {
    const { details } = job;
    if (!details) return nothing;
    const sources = details.vertices.filter(({ id }) =>
      details.plan.nodes.some((node) => node.id === id && node.inputs.length === 0),
    );
    const rate = sources.reduce(
      (sum, { metrics }) => sum + Math.max(metrics.numRecordsInPerSecond, metrics.numRecordsOutPerSecond),
      0,
    );
    const watermarks = details.vertices.flatMap(({ metrics }) => metrics.currentInputWatermark ?? []);
    return html`<section class="job" aria-label=${msg('Job', { id: 'job' })}>
      <div class="bar">
        <dl class="facts">
          <div>
            <dt>${msg('Job', { id: 'job' })}</dt>
            <dd>${details.name}</dd>
          </div>
          <div>
            <dt>${msg('Status', { id: 'status' })}</dt>
            <dd><span role="status">${details.state}</span></dd>
          </div>
          <div>
            <dt>${msg('Running for', { id: 'running-for' })}</dt>
            <dd>${formatDuration(details.duration)}</dd>
          </div>
          <div>
            <dt>${msg('Source rate', { id: 'source-rate' })}</dt>
            <dd>${formatRate(rate)}</dd>
          </div>
          <div>
            <dt>${msg('Watermark', { id: 'watermark' })}</dt>
            <dd>${formatEventTime(watermarks.length > 0 ? Math.min(...watermarks) : null)}</dd>
          </div>
          <div>
            <dt>${msg('Restarts', { id: 'restarts' })}</dt>
            <dd>${details.restarts}</dd>
          </div>
        </dl>
        <span class="spacer"></span>
        <button ?disabled=${details.state !== 'RUNNING'} @click=${() => this.session.killTaskManager(job)}>
          ${msg('Kill a TaskManager', { id: 'kill-task-manager' })}
        </button>
      </div>
      <div class="panels">
        <div>
          <h2>${msg('Job graph', { id: 'job-graph' })}</h2>
          <p class="faint legend">
            <span class="busy" aria-hidden="true">■</span>
            ${msg('Busy', { id: 'busy' })}
            <span class="backpressured" aria-hidden="true">■</span>
            ${msg('Backpressured', { id: 'backpressured' })}
            <span class="idle" aria-hidden="true">■</span>
            ${msg('Idle', { id: 'idle' })}
          </p>
          <mr-job-graph .details=${details}></mr-job-graph>
        </div>
        <div>
          <h2>${msg('Checkpoints', { id: 'checkpoints' })}</h2>
          <mr-checkpoints .statistics=${job.checkpoints}></mr-checkpoints>
        </div>
      </div>
    </section>`;
  }

  #moveTab(event: KeyboardEvent, tabs: readonly [Tab, string][], tab: Tab): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = tabs.findIndex(([name]) => name === tab);
    this.tab = tabs[(at + step + tabs.length) % tabs.length]![0];
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus(),
    );
  }
}

function shortcut(): string {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘↵' : 'Ctrl+↵';
}
