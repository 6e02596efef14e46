// A database with the ledger's schema, for test files to copy: that takes a tenth of what the migrations take.
import pg from "pg";
import { migrate } from "../../../dist/store/database/migrate.js";

export const templateName = "test_template";

/** Makes the template. Nobody may connect to it: a database that is in use can't be copied. */
export async function makeTemplateDatabase(adminUrl) {
  const url = new URL(adminUrl);
  url.pathname = `/${templateName}`;
  await run(adminUrl, `CREATE DATABASE ${templateName}`);
  await migrate({ connectionString: url.href });
  await run(adminUrl, `ALTER DATABASE ${templateName} ALLOW_CONNECTIONS false`);
}

/** For a server that lives for one run of the tests: it need not survive a crash of the machine. */
export async function spareDisk(adminUrl) {
  for (const setting of ["fsync", "synchronous_commit", "full_page_writes"]) {
    await run(adminUrl, `ALTER SYSTEM SET ${setting} = off`);
  }
  await run(adminUrl, "SELECT pg_reload_conf()");
}

async function run(connectionString, statement) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
