import { RefillError } from "../../domain/errors.js";
import type { AppliedMigration } from "./migration-rows.js";

/** SHA-256 of 000001.sql to 000015.sql, whose schema one 000001.sql makes today. Their texts are kept with the tests. */
const oldSha256s: readonly string[] = [
  "4deb9ff8882d88de05fc4721c889d74a97709bbbb5abf033049854af12c98efd",
  "f288aa6eb3c70acf529971c1b0581387d6ca382ff0c6662b5934ab9da0f6e4a1",
  "64efd6599c1a715b6d935a84bace7e141800c033263eff4da3b59c424ed5c144",
  "5a49e759b2a3efa7adafebc8160b1737770d077060c5e5106840c8a744d095d8",
  "bcbd6ca3eb453e5f77c38936efc732dc75a8bac513fb1a51a760c2c9c1ec911b",
  "4aeca9293aabac08d787f41035962389d06573473e322d56cfe907b8583f2e0e",
  "abe135fe3e58a08e7a067118bd675a616125e1015faefd4d6e8d618fa75a3f82",
  "135aa1086137fa5bb3fcc1d8778341229697f94a8de4d437d585c3d6d6f73670",
  "6350ee81d0752b7ad0b7eb00040ca925b9d1bd20698a962c24a60fb2812a4ad1",
  "f2b1047fb8c2bcc0cd3a43d8c31b370d80f782b691a731d363c007d2745ce0b7",
  "7aecedfb34246ca93222abfb3cc3af976069ea3f351447ea34f2f2501d1479ae",
  "a10d1409f24cf510ff9d67ccc3642f246428c06588ec70676c7bef782fca4b9e",
  "35464d81e9773e4ea3034b08ac084ae56d993781abc0608fb889312b7ca45bbc",
  "5a28919e62168c51b9ad17226c09740db72e701ea457d205e64532b5b85637f4",
  "56473f57151eabafdb2e329cccf60934b923d9e58f2839e7b30e18eb47017d91",
];

/** Whether a database was migrated by the fifteen files that one 000001.sql has replaced. */
export function isOldNumbering(applied: readonly AppliedMigration[]): boolean {
  return applied[0]?.sha256 === oldSha256s[0];
}

/**
 * Passes when exactly the fifteen old migrations were applied, as they were written.
 * @throws RefillError DATABASE_SCHEMA_MISMATCH
 */
export function assertOldNumberingIsComplete(
  applied: readonly AppliedMigration[],
): void {
  const last = oldSha256s.length;
  for (const [index, { name, sha256 }] of applied.entries()) {
    if (sha256 === oldSha256s[index]) continue;
    throw new RefillError(
      "DATABASE_SCHEMA_MISMATCH",
      `This database has the old numbering of migrations, and ${name} is not one that Refill had: it was edited or added. Restore a backup from before it was applied, or begin with an empty database.`,
      {
        details: {
          migration: name,
          expected: oldSha256s[index] ?? null,
          got: sha256,
        },
      },
    );
  }
  if (applied.length === last) return;
  throw new RefillError(
    "DATABASE_SCHEMA_MISMATCH",
    `This database is at version ${applied.length} of the old numbering of migrations, which ended at ${last}. First run \`refill migrate\` of the last Refill that has sql/0000${last}.sql, then \`refill migrate\` of this one.`,
    { details: { expected: last, got: applied.length } },
  );
}
