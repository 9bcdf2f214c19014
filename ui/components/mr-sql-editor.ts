import { localized, msg } from '@lit/localize';
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  type Completions,
  type ErrorData,
  FUNCTION_NAMES,
  KEYWORDS,
  type SqlPosition,
  TYPE_NAMES,
} from '../../engine/index.ts';
import type { EditorHandle } from '../editor.ts';

/**
 * The SQL text. A plain text area at once, CodeMirror when it has been loaded (and the text area for good where it cannot be).
 *
 * @fires run - Ctrl+Enter or Cmd+Enter was pressed.
 * @fires text-change - the text is another.
 */
@localized()
@customElement('mr-sql-editor')
export class SqlEditorElement extends LitElement {
  static override styles = css`
    :host {
      display: block;
      min-height: 0;
      overflow: hidden;
    }
    #place,
    textarea {
      display: block;
      width: 100%;
      height: 100%;
    }
    textarea {
      box-sizing: border-box;
      margin: 0;
      padding: 8px 12px;
      border: 0;
      resize: none;
      font: 13px/1.5 var(--mr-font-mono);
      color: var(--mr-color);
      background: var(--mr-background);
    }
    textarea:focus-visible {
      outline: 2px solid var(--mr-color-accent);
      outline-offset: -2px;
    }
  `;

  /** Finds the mistakes in a script, for underlining. */
  @property({ attribute: false }) check?: (script: string) => readonly ErrorData[];
  @property({ attribute: false }) complete?: (script: string, offset: number) => Completions;
  @state() private isPlain = true;
  #text = '';
  #editor: EditorHandle | undefined;

  get text(): string {
    return this.#editor?.text ?? this.#text;
  }

  set text(value: string) {
    this.#text = value;
    if (this.#editor) this.#editor.text = value;
    this.requestUpdate();
  }

  /** Puts the cursor at a place and shows it. */
  goTo({ start, end }: SqlPosition): void {
    if (this.#editor) {
      this.#editor.select(start, end);
      return;
    }
    const area = this.renderRoot.querySelector('textarea');
    area?.focus();
    area?.setSelectionRange(start, end);
  }

  override firstUpdated(): void {
    void this.#loadEditor();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#text = this.text;
    this.#editor?.destroy();
    this.#editor = undefined;
    this.isPlain = true;
  }

  override render() {
    if (!this.isPlain) return html`<div id="place"></div>`;
    return html`<textarea
      spellcheck="false"
      autocapitalize="off"
      aria-label=${msg('SQL script', { id: 'sql-script' })}
      .value=${this.#text}
      @input=${(event: InputEvent) => this.#changed((event.target as HTMLTextAreaElement).value)}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
    ></textarea>`;
  }

  async #loadEditor(): Promise<void> {
    const module = await import('../editor.ts').catch(() => undefined);
    if (!module || !this.isConnected) return; // offline, or a page's policy forbids it: the text area does
    const hadFocus = this.shadowRoot?.activeElement?.localName === 'textarea';
    this.isPlain = false;
    await this.updateComplete;
    this.#editor = module.createEditor({
      parent: this.renderRoot.querySelector<HTMLElement>('#place')!, // just rendered
      root: this.renderRoot as ShadowRoot,
      text: this.#text,
      label: msg('SQL script', { id: 'sql-script' }),
      keywords: KEYWORDS,
      functions: FUNCTION_NAMES,
      types: TYPE_NAMES,
      onChange: (text) => this.#changed(text),
      onRun: () => this.#run(),
      check: (text) => this.check?.(text) ?? [],
      complete: (text, offset) => this.complete?.(text, offset) ?? { from: offset, to: offset, items: [] },
    });
    if (hadFocus) this.#editor.focus();
  }

  #changed(text: string): void {
    this.#text = text;
    this.dispatchEvent(new Event('text-change'));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#run();
  }

  #run(): void {
    this.dispatchEvent(new Event('run', { bubbles: true, composed: true }));
  }
}
