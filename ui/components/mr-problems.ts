import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ErrorData } from '../../engine/index.ts';
import { getLocale } from '../localization.ts';
import { controls } from '../theme.ts';

/**
 * What went wrong: where, what was found, what would do.
 * @fires problem-select - a problem with a place was chosen; `detail` is its SqlPosition.
 */
@localized()
@customElement('mr-problems')
export class ProblemsElement extends LitElement {
  static override styles = [
    controls,
    css`
      ul {
        margin: 0;
        padding: 8px 12px;
        list-style: none;
      }
      li {
        margin: 4px 0;
        overflow-wrap: anywhere;
      }
      button {
        min-height: 24px;
        padding: 0 6px;
        margin-inline-end: 2px;
      }
      .message {
        color: var(--mr-color-error);
        white-space: pre-wrap;
      }
      .hint {
        color: var(--mr-color);
      }
    `,
  ];

  @property({ attribute: false }) problems: readonly ErrorData[] = [];

  override render() {
    if (this.problems.length === 0) return nothing;
    return html`<ul aria-label=${msg('Problems', { id: 'problems' })}>
      ${this.problems.map((problem) => this.#item(problem))}
    </ul>`;
  }

  #item(problem: ErrorData) {
    const { position, message, expected, suggestions, task, cause } = problem;
    // Messages are English; what they say in other words need not be said again in that language.
    const isTold = (words: string): boolean => getLocale() === 'en' && message.includes(words);
    return html`<li>
      ${
        position
          ? html`<button @click=${() => this.#select(problem)}>
              ${msg(str`Line ${position.line}, column ${position.column}`, { id: 'line-column' })}
            </button>`
          : nothing
      }
      <span class="message">${task ? `${task}: ` : ''}${message}</span>
      ${
        expected?.length && !suggestions?.length && !isTold('expected ')
          ? this.#hint(msg(str`Expected: ${expected.slice(0, 8).join(', ')}`, { id: 'expected' }))
          : nothing
      }
      ${
        suggestions?.length && !isTold('did you mean ')
          ? this.#hint(msg(str`Did you mean ${suggestions.join(', ')}?`, { id: 'did-you-mean' }))
          : nothing
      }
      ${
        cause && !message.includes(cause.message)
          ? this.#hint(msg(str`Caused by: ${cause.message}`, { id: 'caused-by' }))
          : nothing
      }
    </li>`;
  }

  #hint(text: string) {
    return html`<div class="hint">${text}</div>`;
  }

  #select({ position }: ErrorData): void {
    this.dispatchEvent(
      new CustomEvent('problem-select', { detail: position, bubbles: true, composed: true }),
    );
  }
}
