import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type RowsResult, valueText } from '../../engine/index.ts';
import { controls } from '../theme.ts';

/** What SHOW, DESCRIBE or EXPLAIN answered. One cell of text (a plan) is shown as it is. */
@localized()
@customElement('mr-statement-table')
export class StatementTableElement extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow: auto;
        padding: 8px 12px;
      }
      h3 {
        margin: 0 0 6px;
        font: 600 13px var(--mr-font-mono);
        overflow-wrap: anywhere;
      }
      pre {
        margin: 0;
        font: 12.5px/1.5 var(--mr-font-mono);
      }
      td {
        font-family: var(--mr-font-mono);
        font-size: 13px;
        white-space: pre;
      }
    `,
  ];

  @property({ attribute: false }) result?: RowsResult;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0; // scrollable by keyboard
  }

  override render() {
    const { result } = this;
    if (!result) return nothing;
    const { columns, rows, statement } = result;
    const only = rows.length === 1 && columns.length === 1 ? rows[0]![0] : undefined;
    const title = statement.trim().split('\n', 1)[0];
    if (typeof only === 'string' && only.includes('\n'))
      return html`<h3>${title}</h3>
        <pre>${only}</pre>`;
    return html`<h3>${title}</h3>
      ${
        rows.length === 0
          ? html`<p class="faint">${msg('No rows.', { id: 'no-rows' })}</p>`
          : html`<table>
              <thead>
                <tr>
                  ${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${rows.map(
                  (row) =>
                    html`<tr>
                      ${columns.map(({ type }, i) => html`<td>${valueText(row[i] ?? null, type) ?? 'NULL'}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>`
      }`;
  }
}
