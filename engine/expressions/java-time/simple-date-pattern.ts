/** Patterns of Java's SimpleDateFormat: letters that are fields, and text. */

export interface SimpleField {
  readonly letter: string;
  readonly count: number;
}
export type SimpleStep = SimpleField | { readonly text: string };

const LETTERS = 'GyMdkHmsSEDFwWahKzZYuXL';

/** Throws a RangeError for what is no pattern, in Java's words. */
export function parseSimplePattern(pattern: string): readonly SimpleStep[] {
  const steps: SimpleStep[] = [];
  const literal = (text: string): void => {
    const last = steps.at(-1);
    if (last && 'text' in last) steps[steps.length - 1] = { text: last.text + text };
    else steps.push({ text });
  };
  let isQuoted = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "'") {
      if (pattern[at + 1] === "'") literal(pattern[at++]!);
      else isQuoted = !isQuoted;
    } else if (isQuoted || !/[A-Za-z]/.test(character)) literal(character);
    else {
      let count = 1;
      while (pattern[at + 1] === character) {
        count++;
        at++;
      }
      if (!LETTERS.includes(character)) throw new RangeError(`Illegal pattern character '${character}'`);
      if (character === 'X' && count > 3) throw new RangeError(`invalid ISO 8601 format: length=${count}`);
      steps.push({ letter: character, count });
    }
  }
  if (isQuoted) throw new RangeError('Unterminated quote');
  return steps;
}
