/** Whether an error says that calls went too deep, in the words of the browsers. */
export function isStackOverflow(error: unknown): error is Error {
  return error instanceof Error && /call stack size exceeded|too much recursion/i.test(error.message);
}
