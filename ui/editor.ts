import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionContext,
  completionKeymap,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, SQLDialect } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintKeymap } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Completions, ErrorData } from '../engine/index.ts';

/** What an editor needs of the element around it. */
export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly root: ShadowRoot;
  readonly text: string;
  readonly label: string;
  /** Of the language, for colours. Given, so that the editor as a file of its own does not hold the engine. */
  readonly keywords: readonly string[];
  readonly functions: readonly string[];
  readonly types: readonly string[];
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly check: (text: string) => readonly ErrorData[];
  readonly complete: (text: string, offset: number) => Completions;
}

export interface EditorHandle {
  text: string;
  select(start: number, end: number): void;
  focus(): void;
  destroy(): void;
}

const dialect = ({ keywords, functions, types }: EditorOptions): SQLDialect =>
  SQLDialect.define({
    keywords: keywords.join(' ').toLowerCase(),
    builtin: functions.join(' ').toLowerCase(),
    types: types.join(' ').toLowerCase(),
    identifierQuotes: '`',
    slashComments: true,
    backslashEscapes: false,
    operatorChars: '*+-%<>!=|/',
  });

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'light-dark(#8a2be2, #c6a0ff)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#17683a, #7fd8a2)' },
  { tag: tags.number, color: 'light-dark(#0b5cad, #6db3f8)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'light-dark(#8a5200, #f0b866)' },
  { tag: tags.comment, color: 'var(--mr-color-faint)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': {
    height: '100%',
    color: 'var(--mr-color)',
    backgroundColor: 'var(--mr-background)',
    fontSize: '13px',
  },
  '.cm-scroller': { fontFamily: 'var(--mr-font-mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--mr-color)' },
  '.cm-cursor': { borderLeftColor: 'var(--mr-color)' },
  '.cm-gutters': {
    color: 'var(--mr-color-faint)',
    backgroundColor: 'var(--mr-surface)',
    borderRight: '1px solid var(--mr-border)',
  },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--mr-color-accent) 7%, transparent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--mr-color-accent) 25%, transparent)',
  },
  '.cm-tooltip': {
    color: 'var(--mr-color)',
    backgroundColor: 'var(--mr-surface)',
    border: '1px solid var(--mr-border)',
  },
});

/** CodeMirror with Flink's words, mistakes underlined while typing, Ctrl/Cmd+Enter to run; Escape then Tab leaves it. */
export function createEditor(options: EditorOptions): EditorHandle {
  const view = new EditorView({
    parent: options.parent,
    root: options.root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        keymap.of([
          { key: 'Mod-Enter', run: () => (options.onRun(), true), preventDefault: true },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...historyKeymap,
          ...lintKeymap,
          ...defaultKeymap,
        ]),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [(context) => completionsOf(context, options.complete)] }),
        sql({ dialect: dialect(options), upperCaseKeywords: true }),
        syntaxHighlighting(colours),
        look,
        linter((editor) => diagnosticsOf(editor.state.doc.toString(), options.check), { delay: 300 }),
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  view.scrollDOM.tabIndex = 0; // long lines can be scrolled to without a mouse
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    select(start, end) {
      const length = view.state.doc.length;
      const selection = { anchor: Math.min(start, length), head: Math.min(end, length) };
      view.dispatch({ selection, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function completionsOf(
  { state, pos, explicit }: CompletionContext,
  complete: EditorOptions['complete'],
): CompletionResult | null {
  const { from, items } = complete(state.doc.toString(), pos);
  if (!explicit && from === pos) return null;
  const types = { keyword: 'keyword', function: 'function', name: 'variable' } as const;
  return { from, validFor: /^\w*$/, options: items.map(({ label, kind }) => ({ label, type: types[kind] })) };
}

function diagnosticsOf(text: string, check: EditorOptions['check']): Diagnostic[] {
  return check(text).flatMap(({ position, message, expected, suggestions }) => {
    if (!position) return [];
    const hints = [
      ...(expected?.length ? [`Expected: ${expected.slice(0, 8).join(', ')}`] : []),
      ...(suggestions?.length ? [`Did you mean ${suggestions.join(', ')}?`] : []),
    ];
    const from = Math.min(position.start, text.length);
    const to = Math.min(Math.max(position.end, from), text.length);
    return [{ from, to, severity: 'error', message: [message, ...hints].join('\n') }];
  });
}
