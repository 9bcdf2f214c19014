import { readFileSync, readdirSync } from 'node:fs';
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { PlannerSession } from '../planner-session.ts';

const FOLDER = new URL('.', import.meta.url);

/** `statements;`, then a line of dashes, the plan, a line of dashes, and so on. */
function questions(text: string): { statements: string[]; expected: string }[] {
  const parts = text.replace(/^--(?!--$).*$/gm, '').split(/^----$/m);
  const result = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const statements = (parts[i] ?? '').split(/;\s*\n(?!\s*(?:INSERT|END))/).map((each) => each.trim());
    result.push({ statements: statements.filter(Boolean), expected: (parts[i + 1] ?? '').trim() });
  }
  return result;
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
  describe(file, () => {
    const session = new PlannerSession();
    for (const { statements, expected } of questions(readFileSync(new URL(file, FOLDER), 'utf8'))) {
      const [question = '', ...ddl] = [...statements].reverse();
      for (const statement of ddl.reverse()) session.execute(statement);
      test(question.replace(/\s+/g, ' ').slice(0, 160), () => {
        assert.equal(answerTo(question, session).trim(), expected);
      });
    }
  });
}

/** Correlations as in a session that has asked nothing else before. */
function renumbered(plan: string): string {
  const numbers = [...plan.matchAll(/\$cor(\d+)/g)].map(([, digits]) => Number(digits));
  const first = Math.min(...numbers);
  return plan.replace(/\$cor(\d+)/g, (_, digits) => `$cor${Number(digits) - first}`);
}

function answerTo(question: string, session: PlannerSession): string {
  try {
    return renumbered(session.execute(question) ?? '');
  } catch (error) {
    return error instanceof Error ? `ERROR ${error.message}` : String(error);
  }
}
