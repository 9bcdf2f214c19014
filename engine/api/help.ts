/** What HELP says: the statements of a script, by what they are for. */
export const HELP = `CREATE, ALTER, DROP    tables, views, functions, databases, catalogs, models
SELECT, VALUES, WITH   a query: its rows are shown as they come
INSERT INTO            a job that writes; EXECUTE STATEMENT SET BEGIN ... END; for several in one
EXPLAIN                the plan of a query or INSERT
SHOW, DESCRIBE         what there is
USE                    another catalog or database
SET, RESET             options
STOP JOB               a job, by the id that SHOW JOBS gives
QUIT                   ends the script`;
