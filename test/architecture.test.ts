import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { importTable, shared } from "./architecture/import-table.js";
import {
  badNames,
  cyclesBetweenFiles,
  cyclesBetweenFolders,
  environmentReaders,
  filesLongerThan,
  importsOutsideTable,
  sqlOutsideItsPlace,
  undeclaredPackages,
  unusedInTable,
  waysThroughTheWall,
} from "./architecture/rules.js";
import {
  parseSourceFile,
  readSourceFiles,
} from "./architecture/source-file.js";

const root = join(__dirname, "..");
const files = readSourceFiles(join(root, "src"));
const manifest = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
) as Readonly<Record<"dependencies" | "optionalDependencies", object>>;
const dependencies = [
  ...Object.keys(manifest.dependencies),
  ...Object.keys(manifest.optionalDependencies),
];

/** Every rule finds nothing in src, and finds what it is for in a file made to break it. */
describe("src", () => {
  test("imports only what the table allows", () => {
    expect(importsOutsideTable(files, importTable)).toEqual([]);
  });

  test("needs all that the table allows", () => {
    expect(unusedInTable(files, importTable, shared)).toEqual([]);
  });

  test("has no folders that import each other", () => {
    expect(cyclesBetweenFolders(files)).toEqual([]);
  });

  test("has no files that import each other", () => {
    expect(cyclesBetweenFiles(files)).toEqual([]);
  });

  test("keeps what opens sources and reads secrets from use cases and the API", () => {
    expect(waysThroughTheWall(files)).toEqual([]);
  });

  test("has no file of more than 400 lines", () => {
    expect(filesLongerThan(files, 400)).toEqual([]);
  });

  test("reads the environment in config alone", () => {
    expect(environmentReaders(files)).toEqual([]);
  });

  test("keeps SQL in the store, the sources and the making of the embedded database", () => {
    expect(sqlOutsideItsPlace(files)).toEqual([]);
  });

  test("names its files in kebab-case for the one thing inside", () => {
    expect(badNames(files)).toEqual([]);
  });

  test("imports no package that package.json does not depend on", () => {
    expect(undeclaredPackages(files, dependencies)).toEqual([]);
  });
});

describe("the rules find", () => {
  test.each([
    [`import { join } from "node:path";`, "domain/a.ts imports node:"],
    [`import { x } from "../store/b.js";`, "domain/a.ts imports store"],
    [
      `import type { X } from "../store/b.js";`,
      "domain/a.ts imports types of store",
    ],
    [`export * from "../store/b.js";`, "domain/a.ts imports store"],
    [`const b = await import("../store/b.js");`, "domain/a.ts imports store"],
    [
      `type X = import("../store/b.js").X;`,
      "domain/a.ts imports types of store",
    ],
    [`import pg from "pg";`, "domain/a.ts imports pg"],
    [
      `import { z } from "@temporalio/client/x";`,
      "domain/a.ts imports @temporalio/client",
    ],
  ])("an import that the table does not allow: %s", (text, violation) => {
    const file = parseSourceFile("domain/a.ts", text);
    expect(importsOutsideTable([file], importTable)).toEqual([violation]);
  });

  test("code of a folder that the table allows types of", () => {
    const types = `import type { A } from "../b/1.js"; import { type B } from "../b/1.js";`;
    const code = `import { a, type B } from "../b/1.js";`;
    const found = (text: string) =>
      importsOutsideTable([parseSourceFile("a/1.ts", text)], { a: ["type b"] });
    expect(found(types)).toEqual([]);
    expect(found(code)).toEqual(["a/1.ts imports b"]);
  });

  test("zod in the sandbox of workflows: by a schema, or by what loads one", () => {
    const found = (path: string, text: string) =>
      importsOutsideTable([parseSourceFile(path, text)], importTable);
    const types = `import type { RunObject } from "../contract/objects/run.js";`;
    const code = `import { runObject } from "../contract/objects/run.js";`;
    expect(found("workflows/w.ts", types)).toEqual([]);
    expect(found("workflows/w.ts", code)).toEqual([
      "workflows/w.ts imports contract/objects",
    ]);
    expect(
      found("contract/c.ts", `import { runObject } from "./objects/run.js";`),
    ).toEqual(["contract/c.ts imports contract/objects"]);
    expect(
      found("contract/objects/o.ts", `import { c } from "../c.js";`),
    ).toEqual(["contract/objects/o.ts imports contract"]);
  });

  test("a folder that the table does not know", () => {
    const file = parseSourceFile("shared/a.ts", "");
    expect(importsOutsideTable([file], importTable)).toEqual([
      "shared is not in the import table",
    ]);
  });

  test("entries of the table that no import needs", () => {
    const table = {
      a: ["b", "c", "type d", "zod", "node:", "domain"],
      b: ["node:", "domain"],
      e: ["a"],
    };
    const made = [
      parseSourceFile(
        "a/1.ts",
        `import { x } from "../b/1.js"; import type { Y } from "../c/1.js"; import type { Z } from "../d/1.js";`,
      ),
      parseSourceFile("b/1.ts", `import { join } from "node:path";`),
    ];
    expect(unusedInTable(made, table, [])).toEqual([
      "a does not import c",
      "a does not import zod",
      "a does not import node:",
      "a does not import domain",
      "b does not import domain",
      "e does not exist",
    ]);
    expect(unusedInTable(made, table, ["node:", "domain"])).toEqual([
      "a does not import c",
      "a does not import zod",
      "e does not exist",
    ]);
  });

  test("folders that import each other, through a third", () => {
    const made = [
      parseSourceFile("a/1.ts", `import type { X } from "../b/1.js";`),
      parseSourceFile("b/1.ts", `import { x } from "../c/1.js";`),
      parseSourceFile("c/1.ts", `import { x } from "../a/2.js";`),
    ];
    expect(cyclesBetweenFolders(made)).toContain("a -> b -> c -> a");
  });

  test.each(["", "type "])(
    "files that import each other: import %s",
    (kind) => {
      const made = [
        parseSourceFile("a/1.ts", `import { x } from "./2.js";`),
        parseSourceFile("a/2.ts", `import ${kind}{ Y } from "./1.js";`),
      ];
      expect(cyclesBetweenFiles(made)).toContain("a/1.ts -> a/2.ts -> a/1.ts");
    },
  );

  test.each([
    [
      `import { fileKey } from "../../transfer/file-keys.js";`,
      "operations/exports/a.ts -> transfer/file-keys.ts",
    ],
    [
      `import type { Source } from "../../transfer/source.js";`,
      "operations/exports/a.ts -> transfer/source.ts",
    ],
    [
      `import { resolveSecret } from "../../config/secrets.js";`,
      "operations/exports/a.ts -> config/secrets.ts",
    ],
    [
      `import { b } from "../../store/b.js";`,
      "operations/exports/a.ts -> store/b.ts -> config/secret-file.ts",
    ],
  ])("a way through the wall: %s", (text, way) => {
    const made = [
      parseSourceFile("operations/exports/a.ts", text),
      parseSourceFile(
        "store/b.ts",
        `export * from "../config/secret-file.js";`,
      ),
    ];
    expect(waysThroughTheWall(made)).toEqual([way]);
  });

  test("a use case that imports transfer, by the table", () => {
    const text = `import { openSource } from "../../transfer/open-source.js";`;
    const file = parseSourceFile("operations/exports/a.ts", text);
    expect(importsOutsideTable([file], importTable)).toEqual([
      "operations/exports/a.ts imports transfer",
    ]);
  });

  test("a file of 401 lines", () => {
    const lines = (count: number) =>
      parseSourceFile("a/1.ts", "// a line\n".repeat(count));
    expect(filesLongerThan([lines(400)], 400)).toEqual([]);
    expect(filesLongerThan([lines(401)], 400)).toEqual([
      "a/1.ts has 401 lines",
    ]);
  });

  test.each([
    `const home = process.env["HOME"];`,
    `const home = process["env"].HOME;`,
    `const { env } = process;`,
    `import { env } from "node:process";`,
  ])("a reader of the environment: %s", (text) => {
    expect(environmentReaders([parseSourceFile("cli/a.ts", text)])).toEqual([
      "cli/a.ts",
    ]);
    expect(environmentReaders([parseSourceFile("config/a.ts", text)])).toEqual(
      [],
    );
  });

  test.each([
    "`\n  select id from refill.run where id = ${id}`",
    `"insert into refill.run values (1)"`,
    `"UPDATE refill.run SET status = 'x'"`,
    "`with due as (select 1) select * from due`",
    `"copy refill.run to stdout"`,
  ])("SQL outside its place: %s", (literal) => {
    const text = `const sql = ${literal};`;
    expect(
      sqlOutsideItsPlace([parseSourceFile("operations/a.ts", text)]),
    ).toHaveLength(1);
    expect(sqlOutsideItsPlace([parseSourceFile("store/a.ts", text)])).toEqual(
      [],
    );
  });

  test.each([
    "store/utils.ts",
    "store/myPool.ts",
    "lib/pool.ts",
    "store/index.ts",
  ])("a name that says nothing, or is not kebab-case: %s", (path) => {
    expect(badNames([parseSourceFile(path, "")])).toEqual([path]);
  });

  test("a package that is only there because another needs it", () => {
    const file = parseSourceFile("a/1.ts", `import x from "left-pad/x.js";`);
    expect(undeclaredPackages([file], ["pg"])).toEqual(["left-pad"]);
  });
});
