import { functionsPage } from './functions-page.ts';
import { queriesPage, statementsPage, typesPage } from './statements-page.ts';
import { connectorsPage, keywordsPage, optionsPage } from './tables-page.ts';

const INDEX = `# SQL

The language is Flink SQL 2.3; [differences.md](differences.md) says what runs otherwise. What is not supported is read, checked and refused with its place in
the text. These pages follow from the tables in the code, and every example in them is run or planned by a test: \`node scripts/docs.mjs\` writes them again.

| page | has |
|---|---|
| [sql/statements.md](sql/statements.md) | what a session is told: CREATE, ALTER, DROP, INSERT, SHOW, EXPLAIN, ... |
| [sql/queries.md](sql/queries.md) | SELECT and all its clauses |
| [functions.md](functions.md) | functions and operators, each with an example |
| [sql/types.md](sql/types.md) | types of columns |
| [sql/keywords.md](sql/keywords.md) | literals, operators by how tightly they bind, reserved words |
| [sql/connectors.md](sql/connectors.md) | where rows come from and go to, and in which formats |
| [sql/options.md](sql/options.md) | options of SET |
`;

/** The generated pages by their path. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/sql.md', INDEX],
    ['docs/functions.md', functionsPage()],
    ['docs/sql/statements.md', statementsPage()],
    ['docs/sql/queries.md', queriesPage()],
    ['docs/sql/types.md', typesPage()],
    ['docs/sql/keywords.md', keywordsPage()],
    ['docs/sql/connectors.md', connectorsPage()],
    ['docs/sql/options.md', optionsPage()],
  ]);
}
