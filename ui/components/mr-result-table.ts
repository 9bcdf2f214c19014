import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type QueryResult, ROW_KIND_TEXT, type RowType, type Value, valueText } from '../../engine/index.ts';
import { formatCount } from '../format.ts';
import { controls } from '../theme.ts';

const SHOWN_ROWS = 200;

/** Rows drawn as an HTML table: the last ones, newest first, with how many there are in all. */
@localized()
@customElement('mr-result-table')
export class ResultTableElement extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow: auto;
        outline-offset: -2px;
      }
      thead th {
        position: sticky;
        top: 0;
      }
      td {
        font-family: var(--mr-font-mono);
        font-size: 13px;
        max-width: 36em;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      td.null {
        color: var(--mr-color-faint);
        font-style: italic;
      }
      .kind-0,
      .kind-2 {
        color: var(--mr-color-insert);
      }
      .kind-1,
      .kind-3 {
        color: var(--mr-color-delete);
      }
      p {
        margin: 8px 10px;
      }
    `,
  ];

  @property({ attribute: false }) result?: QueryResult;
  @property() view: 'table' | 'changelog' = 'table';
  /** Position in the result up to which it is drawn; another number redraws. */
  @property({ type: Number }) position = 0;
  @property() timeZone = 'UTC';

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0; // scrollable by keyboard
  }

  override render() {
    const { result } = this;
    if (!result) return nothing;
    const total = this.view === 'table' ? result.rowCount : result.position;
    const shown: readonly ShownRow[] =
      this.view === 'table'
        ? result.lastRows(SHOWN_ROWS).map((values) => ({ values }))
        : result.changes.slice(-SHOWN_ROWS).reverse();
    if (shown.length === 0) {
      return html`<p class="faint">
        ${result.isComplete ? msg('No rows.', { id: 'no-rows' }) : msg('No rows yet.', { id: 'no-rows-yet' })}
      </p>`;
    }
    return html`
      <table aria-rowcount=${total}>
        <caption class="hidden">
          ${this.view === 'table' ? msg('Result as a table', { id: 'result-table' }) : msg('Result as a changelog', { id: 'result-changelog' })}
        </caption>
        <thead>
          <tr>
            ${this.view === 'changelog' ? html`<th scope="col">op</th>` : nothing}
            ${result.rowType.fields.map(({ name, type }) => html`<th scope="col" class=${isNumber(type.root) ? 'number' : ''}>${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(({ kind, values }) => this.#row(result.rowType, kind, values))}
        </tbody>
      </table>
      ${
        total > shown.length
          ? html`<p class="faint">
              ${msg(str`The last ${formatCount(shown.length)} of ${formatCount(total)} rows, newest first.`, { id: 'last-rows' })}
            </p>`
          : nothing
      }
    `;
  }

  #row({ fields }: RowType, kind: number | undefined, values: readonly Value[]) {
    return html`<tr>
      ${kind === undefined ? nothing : html`<td class="kind-${kind}">${ROW_KIND_TEXT[kind]}</td>`}
      ${fields.map(({ type }, i) => {
        const text = valueText(values[i] ?? null, type, this.timeZone);
        if (text === null) return html`<td class="null">NULL</td>`;
        return html`<td class=${isNumber(type.root) ? 'number' : ''}>${text}</td>`;
      })}
    </tr>`;
  }
}

interface ShownRow {
  readonly kind?: number;
  readonly values: readonly Value[];
}

function isNumber(root: string): boolean {
  return ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'].includes(root);
}
