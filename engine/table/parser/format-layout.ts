/**
 * Where the lines of a formatted statement may end.
 *
 * A group is a run of tokens that stands on one line if it fits, and else has a new line before each of its breaks. Groups nest. They
 * follow from brackets, the words of clauses, commas, and AND and OR; names are told from such words by the tree.
 */

/** A token as the layout sees it: the text of a keyword or symbol, empty for names and literals. */
export type LayoutToken = string;

export interface Break {
  /** The token that begins the line. */
  readonly token: number;
  /** Steps of indentation beyond the line that the group begins on. */
  readonly indent: 0 | 1;
}

export interface Group {
  readonly from: number;
  /** Behind the last token. */
  readonly to: number;
  readonly breaks: readonly Break[];
  /** Never on one line. */
  readonly isForced?: boolean;
}

const CLAUSES = new Set('FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH'.split(' '));
const SET_OPERATORS = new Set(['UNION', 'INTERSECT', 'EXCEPT']);
const JOIN_WORDS = new Set('NATURAL LEFT RIGHT FULL INNER CROSS OUTER SEMI ANTI JOIN'.split(' '));
const WINDOW_CLAUSES = new Set('PARTITION ORDER ROWS RANGE'.split(' '));
const PATTERN_CLAUSES = new Set('PARTITION ORDER MEASURES ONE AFTER PATTERN WITHIN SUBSET DEFINE'.split(' '));
const QUERY_STARTS = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE']);

/** The groups of a statement, outer ones before those inside them. */
export function layoutOf(tokens: readonly LayoutToken[]): Group[] {
  return new Layout(tokens).groups;
}

class Layout {
  readonly groups: Group[] = [];
  readonly #tokens: readonly LayoutToken[];
  /** For an opening bracket, CASE or BEGIN, the token that closes it. */
  readonly #partner: Map<number, number>;

  constructor(tokens: readonly LayoutToken[]) {
    this.#tokens = tokens;
    this.#partner = partners(tokens);
    this.#statement();
  }

  #statement(): void {
    const tokens = this.#tokens;
    const end = tokens.length;
    const [first] = tokens;
    const query = this.#find(0, end, (word) => word === 'SELECT' || word === 'VALUES' || word === 'WITH');
    const begin = this.#find(0, end, (word) => word === 'BEGIN');
    if (begin >= 0) {
      this.#statementSet(begin, end);
    } else if (first === 'CREATE' || first === 'REPLACE') {
      this.#create(end);
    } else if (first === 'INSERT' || first === 'EXPLAIN' || first === 'EXECUTE' || first === 'ALTER') {
      const start = this.#find(0, end, (word) => word === 'SELECT' || word === 'VALUES' || word === 'WITH');
      this.#add(0, end, start > 0 && first === 'INSERT' ? [{ token: start, indent: 0 }] : []);
      if (start >= 0) this.#query(start, end);
      this.#brackets(0, start < 0 ? end : start);
    } else if (query === 0 || first === '(') {
      this.#query(0, end);
    } else {
      this.#brackets(0, end);
    }
  }

  // Columns and options have lines of their own together, or none has.
  #create(end: number): void {
    const as = this.#find(
      0,
      end,
      (word, i) =>
        word === 'AS' && (QUERY_STARTS.has(this.#tokens[i + 1] ?? '') || this.#tokens[i + 1] === '('),
    );
    const headEnd = as < 0 ? end : as + 1;
    const breaks: Break[] = [];
    for (let i = 0; i < headEnd; i++) {
      const close = this.#partner.get(i);
      if (close === undefined || close >= headEnd) continue;
      if (this.#isList(i)) breaks.push(...this.#listBreaks(i, close));
      i = close;
    }
    if (as >= 0) breaks.push({ token: as + 1, indent: 0 });
    this.#add(0, end, breaks);
    for (let i = 0; i < headEnd; i++) {
      const close = this.#partner.get(i);
      if (close === undefined || close >= headEnd) continue;
      this.#brackets(i + 1, close);
      i = close;
    }
    if (as >= 0) this.#query(as + 1, end);
  }

  /** The columns of a table or its options, as against `PARTITIONED BY (a)`. */
  #isList(open: number): boolean {
    const before = this.#tokens[open - 1] ?? '';
    return before === '' || ['WITH', 'INPUT', 'OUTPUT'].includes(before);
  }

  #statementSet(begin: number, end: number): void {
    const breaks: Break[] = [];
    const starts: number[] = [];
    const semicolon = this.#tokens[begin + 1] === 'STATEMENT'; // BEGIN STATEMENT SET; ... END
    for (let i = begin + 1; i < end; i++) {
      const word = this.#tokens[i];
      if (word === 'INSERT') starts.push(i);
      if (word === 'END' && i === end - 1) breaks.push({ token: i, indent: 0 });
      i = this.#partner.get(i) ?? i;
    }
    breaks.unshift(...starts.map((token): Break => ({ token, indent: 1 })));
    this.groups.push({ from: 0, to: end, breaks, isForced: true });
    if (semicolon) this.#brackets(0, begin);
    starts.forEach((start, i) => {
      const to = (starts[i + 1] ?? end - 1) - 1;
      const query = this.#find(
        start,
        to,
        (word) => word === 'SELECT' || word === 'VALUES' || word === 'WITH',
      );
      this.#add(start, to, query > 0 ? [{ token: query, indent: 0 }] : []);
      this.#brackets(start, query < 0 ? to : query);
      if (query >= 0) this.#query(query, to);
    });
  }

  // ---------------------------------------------------------------------------------------------- queries

  #query(from: number, to: number): void {
    const tokens = this.#tokens;
    const breaks: Break[] = [];
    const clauses: number[] = [];
    let isWith = tokens[from] === 'WITH';
    for (let i = from; i < to; i++) {
      const word = tokens[i] ?? '';
      const previous = tokens[i - 1] ?? '';
      const starts =
        word === 'SELECT' ||
        word === 'VALUES' ||
        word === 'WITH' ||
        (CLAUSES.has(word) && previous !== 'WITHIN' && previous !== 'DISTINCT' && !isFetched(tokens, i)) ||
        SET_OPERATORS.has(word) ||
        (word === '(' && (i === from || isSetOperator(tokens, i - 1) || (isWith && previous === ')')));
      if (starts && !(previous === 'MULTISET' && SET_OPERATORS.has(word))) {
        clauses.push(i);
        if (i > from) breaks.push({ token: i, indent: 0 });
        if (word !== 'WITH') isWith = false;
      } else if (isJoinStart(tokens, i)) {
        breaks.push({ token: i, indent: 0 });
      } else if (isWith && word === ',') {
        breaks.push({ token: i + 1, indent: 0 });
      }
      i = this.#partner.get(i) ?? i;
    }
    this.#add(from, to, breaks);
    clauses.forEach((start, i) => this.#clause(start, clauses[i + 1] ?? to));
  }

  #clause(from: number, to: number): void {
    const word = this.#tokens[from];
    if (word === 'SELECT' || word === 'VALUES') {
      let first = from + 1;
      if (this.#tokens[first] === '/*+') first = this.#find(first, to, (each) => each === '*/') + 1;
      if (['DISTINCT', 'ALL'].includes(this.#tokens[first] ?? '')) first++;
      this.#items(from, first, to, [{ token: first, indent: 1 }]);
    } else if (word === 'WHERE' || word === 'HAVING' || word === 'QUALIFY') {
      this.#items(from, from + 1, to, [], true);
    } else if (word === 'GROUP' || word === 'ORDER' || word === 'WINDOW' || word === 'FROM') {
      this.#items(from, from + 1, to, []);
    } else {
      this.#brackets(from, to);
    }
  }

  /** Items between commas, each on a line of its own; of a condition its AND and OR. */
  #items(from: number, first: number, to: number, breaks: Break[], isCondition = false): void {
    let betweens = 0;
    for (let i = first; i < to; i++) {
      const word = this.#tokens[i];
      if (word === ',' && !isCondition) breaks.push({ token: i + 1, indent: 1 });
      else if (word === 'BETWEEN') betweens++;
      else if (word === 'AND' && betweens > 0) betweens--;
      else if (isCondition && (word === 'AND' || word === 'OR')) breaks.push({ token: i, indent: 1 });
      i = this.#partner.get(i) ?? i;
    }
    this.#add(from, to, breaks);
    this.#brackets(first, to);
  }

  // --------------------------------------------------------------------------------------------- brackets

  /** The groups of the brackets and CASEs in a run of tokens. */
  #brackets(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const close = this.#partner.get(i);
      if (close === undefined || close >= to) continue;
      if (this.#tokens[i] === 'CASE') this.#case(i, close);
      else this.#bracket(i, close);
      i = close;
    }
  }

  #bracket(open: number, close: number): void {
    const first = this.#tokens[open + 1] ?? '';
    const before = this.#tokens[open - 1] ?? '';
    const isQuery =
      first === 'SELECT' || first === 'WITH' || first === 'VALUES' || this.#isQueryIn(open + 1, close);
    if (isQuery && this.#tokens[open] === '(') {
      this.#add(open, close + 1, [
        { token: open + 1, indent: 1 },
        { token: close, indent: 0 },
      ]);
      this.#query(open + 1, close);
      return;
    }
    if (before === 'MATCH_RECOGNIZE' || before === 'OVER' || before === 'AS') {
      this.#clauses(open, close, before === 'MATCH_RECOGNIZE' ? PATTERN_CLAUSES : WINDOW_CLAUSES);
      return;
    }
    this.#add(open, close + 1, this.#listBreaks(open, close));
    this.#brackets(open + 1, close);
  }

  /** What OVER and MATCH_RECOGNIZE have in their parentheses. */
  #clauses(open: number, close: number, words: ReadonlySet<string>): void {
    const starts: number[] = [];
    for (let i = open + 1; i < close; i++) {
      if (i === open + 1 || words.has(this.#tokens[i] ?? '')) starts.push(i);
      i = this.#partner.get(i) ?? i;
    }
    if (starts.length === 0) return;
    this.#add(open, close + 1, [
      ...starts.map((token): Break => ({ token, indent: 1 })),
      { token: close, indent: 0 },
    ]);
    starts.forEach((start, i) => this.#items(start, start + 1, starts[i + 1] ?? close, []));
  }

  /** `((SELECT ...) UNION ...)` */
  #isQueryIn(from: number, to: number): boolean {
    const close = this.#partner.get(from);
    if (this.#tokens[from] !== '(' || close === undefined) return false;
    const isSelect = QUERY_STARTS.has(this.#tokens[from + 1] ?? '') || this.#isQueryIn(from + 1, close);
    return isSelect && (close + 1 === to || isSetOperator(this.#tokens, close + 1));
  }

  /** Behind the bracket and each comma in it, and before its end. */
  #listBreaks(open: number, close: number): Break[] {
    if (close === open + 1) return [];
    const breaks: Break[] = [{ token: open + 1, indent: 1 }];
    for (let i = open + 1; i < close; i++) {
      if (this.#tokens[i] === ',') breaks.push({ token: i + 1, indent: 1 });
      i = this.#partner.get(i) ?? i;
    }
    breaks.push({ token: close, indent: 0 });
    return breaks;
  }

  #case(from: number, end: number): void {
    const breaks: Break[] = [];
    for (let i = from + 1; i < end; i++) {
      const word = this.#tokens[i];
      if (word === 'WHEN' || word === 'ELSE') breaks.push({ token: i, indent: 1 });
      i = this.#partner.get(i) ?? i;
    }
    breaks.push({ token: end, indent: 0 });
    this.#add(from, end + 1, breaks);
    this.#brackets(from + 1, end);
  }

  /** The first token outside of brackets that fits, or -1. */
  #find(from: number, to: number, fits: (word: string, token: number) => boolean): number {
    for (let i = from; i < to; i++) {
      if (fits(this.#tokens[i] ?? '', i)) return i;
      i = this.#partner.get(i) ?? i;
    }
    return -1;
  }

  #add(from: number, to: number, breaks: readonly Break[]): void {
    if (breaks.length > 0)
      this.groups.push({ from, to, breaks: [...breaks].sort((a, b) => a.token - b.token) });
  }
}

/** Brackets and CASE ... END with what closes them. */
function partners(tokens: readonly LayoutToken[]): Map<number, number> {
  const closes: Readonly<Record<string, string>> = { '(': ')', '[': ']', CASE: 'END' };
  const open: number[] = [];
  const partner = new Map<number, number>();
  tokens.forEach((token, i) => {
    if (token in closes) open.push(i);
    const last = open.at(-1);
    if (last !== undefined && closes[tokens[last] ?? ''] === token) {
      partner.set(last, i);
      open.pop();
    }
  });
  return partner;
}

function isSetOperator(tokens: readonly LayoutToken[], i: number): boolean {
  const word = tokens[i] ?? '';
  return (
    SET_OPERATORS.has(word) ||
    ((word === 'ALL' || word === 'DISTINCT') && SET_OPERATORS.has(tokens[i - 1] ?? ''))
  );
}

/** The first of the words that make a join, and not LEFT(...) or a part of another join. */
function isJoinStart(tokens: readonly LayoutToken[], i: number): boolean {
  if (!JOIN_WORDS.has(tokens[i] ?? '') || JOIN_WORDS.has(tokens[i - 1] ?? '')) return false;
  let end = i;
  while (JOIN_WORDS.has(tokens[end] ?? '') && tokens[end] !== 'JOIN') end++;
  return tokens[end] === 'JOIN';
}

/** The ROWS of `OFFSET 5 ROWS FETCH ...` go on with their line. */
function isFetched(tokens: readonly LayoutToken[], i: number): boolean {
  return tokens[i] === 'FETCH' && ['ROW', 'ROWS'].includes(tokens[i - 1] ?? '');
}
