/**
 * What `U&'…'` and `U&"…"` stand for: an escape character and four hexadecimal digits are a UTF-16 unit, the escape character twice is itself.
 */

/** Behind the word UESCAPE: one character that could not be read as anything else. */
export function isEscapeCharacter(text: string): boolean {
  return text.length === 1 && !/[0-9a-f+"\s]/i.test(text);
}

/** The text, or the place in it (from 0) of the first escape that is none. */
export function unescapeUnicode(text: string, escape: string): string | number {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== escape) {
      result += text[i];
    } else if (text[i + 1] === escape) {
      result += escape;
      i++;
    } else {
      const digits = text.slice(i + 1, i + 5);
      if (!/^[0-9a-f]{4}$/i.test(digits)) return i;
      result += String.fromCharCode(parseInt(digits, 16));
      i += 4;
    }
  }
  return result;
}
