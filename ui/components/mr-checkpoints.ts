import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CheckpointDetails, CheckpointStatistics } from '../../engine/index.ts';
import { formatBytes, formatClock, formatDuration } from '../format.ts';
import { controls } from '../theme.ts';

/** The last checkpoints, with size and duration, and why one failed. */
@localized()
@customElement('mr-checkpoints')
export class CheckpointsElement extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow: auto;
      }
      p {
        margin: 4px 0;
      }
      .failed {
        color: var(--mr-color-error);
        white-space: normal;
      }
    `,
  ];

  @property({ attribute: false }) statistics?: CheckpointStatistics;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0; // scrollable by keyboard
  }

  override render() {
    const { statistics } = this;
    if (!statistics || statistics.counts.total === 0) {
      return html`<p class="faint">${msg('No checkpoint yet.', { id: 'no-checkpoint' })}</p>`;
    }
    const { counts, restored } = statistics;
    return html`<p>
        ${msg('Completed', { id: 'completed' })} ${counts.completed} · ${msg('Failed', { id: 'failed' })}
        ${counts.failed} · ${msg('Restored', { id: 'restored' })}
        ${counts.restored}${restored ? html` (#${restored.id}, ${formatClock(restored.restore_timestamp)})` : nothing}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">${msg('Checkpoint', { id: 'checkpoint' })}</th>
            <th scope="col">${msg('Status', { id: 'status' })}</th>
            <th scope="col">${msg('Triggered', { id: 'triggered' })}</th>
            <th scope="col" class="number">${msg('Duration', { id: 'duration' })}</th>
            <th scope="col" class="number">${msg('Written', { id: 'written' })}</th>
            <th scope="col" class="number">${msg('State', { id: 'state' })}</th>
            <th scope="col" class="number">${msg('Acknowledged', { id: 'acknowledged' })}</th>
          </tr>
        </thead>
        <tbody>
          ${statistics.history.map((checkpoint) => this.#row(checkpoint))}
        </tbody>
      </table>`;
  }

  #row(checkpoint: CheckpointDetails) {
    return html`<tr>
        <td class="number">${checkpoint.id}</td>
        <td>${checkpoint.is_savepoint ? `${checkpoint.status} (savepoint)` : checkpoint.status}</td>
        <td>${formatClock(checkpoint.trigger_timestamp)}</td>
        <td class="number">${formatDuration(checkpoint.end_to_end_duration)}</td>
        <td class="number">${formatBytes(checkpoint.checkpointed_size)}</td>
        <td class="number">${formatBytes(checkpoint.state_size)}</td>
        <td class="number">${checkpoint.num_acknowledged_subtasks}/${checkpoint.num_subtasks}</td>
      </tr>
      ${
        checkpoint.failure_message
          ? html`<tr>
              <td class="failed" colspan="7">${checkpoint.failure_message}</td>
            </tr>`
          : nothing
      }`;
  }
}
