import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Command } from "commander";
import { createProgram, runCommandLine } from "../../src/cli/program.js";
import { capturedSurroundings } from "./captured.js";

async function refill(
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const { surroundings, stdout, stderr } = capturedSurroundings({ env });
  const exitCode = await runCommandLine(args, surroundings);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

/** A folder in which no servers are. */
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "refill-cli-"));
});

afterAll(() => rm(dataDir, { recursive: true }));

const id = "0f8fad5b-d9cb-469f-a165-70867728950e";

describe("a command line that is wrong", () => {
  test.each([
    [["backfil"], /unknown command 'backfil'\. Did you mean backfill\?/],
    [["backfill", "strat"], /unknown command 'strat'\. Did you mean start\?/],
    [["backfill", "start"], /missing required argument 'export'/],
    [["backfill", "get", id, "more"], /too many arguments/],
    [
      ["export", "list", "--jsn"],
      /unknown option '--jsn'\. Did you mean --json\?/,
    ],
    [
      ["backfill", "start", "e", "--concurrency", "0"],
      /whole number from 1 to 500/,
    ],
    [
      ["backfill", "start", "e", "--concurrency", "501"],
      /whole number from 1 to 500/,
    ],
    [
      ["backfill", "start", "e", "--concurrency", "4.5"],
      /whole number from 1 to 500/,
    ],
    [["backfill", "start", "e", "--order", "random"], /oldest, newest/],
    [["backfill", "start", "e", "--time-limit", "soon"], /duration such as/],
    [["backfill", "start", "e", "--plan", "abc"], /64 hexadecimal digits/],
    [["backfill", "list", "--status", "Done"], /one of Cancelled, Completed/],
    [
      ["backfill", "runs", id, "--status", "ContinuedAsNew"],
      /one of Cancelled/,
    ],
    [["backfill", "runs", id, "--all", "--limit", "5"], /cannot be used with/],
    [["export", "list", "--team", "one"], /whole number/],
    [["schedule", "create", "e", "--lookback", "-1"], /from 0 to 1000/],
    [["schedule", "create", "e", "--delay", "2d"], /a day at most/],
    [["schedule", "create", "e", "--catch-up", "1s"], /from 10s to 365d/],
    [["schedule", "create", "e", "--audit", "yes"], /off, report, repair/],
  ])("%j says what is wrong and ends with 2", async (args, message) => {
    const people = await refill(args);
    expect(people).toMatchObject({ exitCode: 2, stdout: "" });
    expect(people.stderr).toMatch(/^USAGE: [^\n]*\n$/);
    expect(people.stderr).toMatch(message);

    const json = await refill([...args, "--json"]);
    expect(json).toMatchObject({ exitCode: 2, stderr: "" });
    const document: unknown = JSON.parse(json.stdout);
    expect(document).toHaveProperty("error.code", "USAGE");
    expect(document).toHaveProperty(
      "error.message",
      expect.stringMatching(message),
    );
    expect(document).toHaveProperty("error.details");
  });

  test("names the command whose help to read", async () => {
    const { stderr } = await refill(["backfill", "start"]);
    expect(stderr).toContain("See `refill backfill start --help`.");
  });

  test("without a command shows the help, and with --json says USAGE", async () => {
    const people = await refill(["backfill"]);
    expect(people).toMatchObject({ exitCode: 2, stdout: "" });
    expect(people.stderr).toContain("Usage: refill backfill");
    const json = await refill(["backfill", "--json"]);
    expect(json).toMatchObject({ exitCode: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toHaveProperty("error.code", "USAGE");
  });
});

describe("a configuration that is wrong", () => {
  test("is told before anything is done, and ends with 2", async () => {
    const env = { DATABASE_URL: "postgres://127.0.0.1:1/x" };
    const { exitCode, stdout } = await refill(["migrate", "--json"], env);
    expect(exitCode).toBe(2);
    const document: unknown = JSON.parse(stdout);
    expect(document).toHaveProperty("error.code", "CONFIG_INVALID");
    expect(document).toHaveProperty(
      "error.message",
      expect.stringContaining("TEMPORAL_ADDRESS"),
    );
  });

  test("dev refuses to start beside servers that are set explicitly", async () => {
    const env = {
      DATABASE_URL: "postgres://127.0.0.1:1/x",
      TEMPORAL_ADDRESS: "127.0.0.1:1",
    };
    const { exitCode, stderr } = await refill(["dev"], env);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^CONFIG_INVALID: .*DATABASE_URL/);
  });
});

describe("servers that are not there", () => {
  const commands = [
    ["migrate"],
    ["worker"],
    ["export", "list"],
    ["export", "get", "e"],
    ["export", "delete", "e"],
    ["export", "test", "e"],
    ["backfill", "plan", "e"],
    ["backfill", "start", "e"],
    ["backfill", "list"],
    ["backfill", "get", id],
    ["backfill", "describe", id],
    ["backfill", "runs", id],
    ["backfill", "watch", id],
    ["backfill", "cancel", id],
    ["schedule", "create", "e"],
    ["schedule", "list"],
    ["schedule", "get", id],
    ["schedule", "pause", id],
  ];

  test.each(commands.map((words) => [words]))(
    "%j ends with 3 and names the data dir it looked in",
    async (words) => {
      const args = [...words, "--data-dir", dataDir, "--json"];
      const { exitCode, stdout, stderr } = await refill(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
      const document: unknown = JSON.parse(stdout);
      expect(document).toHaveProperty("error.code", "SERVERS_NOT_FOUND");
      expect(stdout).toContain(dataDir);
    },
  );

  test("a database that refuses the connection ends with 3", async () => {
    const env = {
      DATABASE_URL: "postgres://refill:hush@127.0.0.1:1/refill",
      TEMPORAL_ADDRESS: "127.0.0.1:1",
    };
    const { exitCode, stdout } = await refill(
      ["export", "list", "--json"],
      env,
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toHaveProperty(
      "error.code",
      "DATABASE_UNAVAILABLE",
    );
    expect(stdout).not.toContain("hush");
  });
});

describe("an interrupt", () => {
  test("ends a command that waits for an answer with 130", async () => {
    const { surroundings, stdout, interrupt } = capturedSurroundings();
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
      interrupt();
    });
    await once(silent.listen(0, "127.0.0.1"), "listening");
    try {
      const { port } = silent.address() as AddressInfo;
      const env = {
        DATABASE_URL: `postgres://refill@127.0.0.1:${port}/refill`,
        TEMPORAL_ADDRESS: "127.0.0.1:1",
      };
      const args = ["export", "list", "--json"];
      expect(await runCommandLine(args, { ...surroundings, env })).toBe(130);
      expect(JSON.parse(stdout())).toHaveProperty("error.code", "INTERRUPTED");
    } finally {
      silent.close();
      for (const socket of sockets) socket.destroy();
    }
  });
});

describe("options", () => {
  test("that every command takes may stand before the command, and the last one wins", async () => {
    const before = await refill([
      "--json",
      "--data-dir",
      dataDir,
      "export",
      "list",
    ]);
    expect(before.exitCode).toBe(3);
    expect(before.stdout).toContain(dataDir);
    const both = await refill([
      "--data-dir",
      "/nowhere",
      "export",
      "list",
      "--data-dir",
      dataDir,
    ]);
    expect(both.stderr).toContain(dataDir);
  });

  test("a value that looks like --json does not turn JSON on", async () => {
    const args = [
      "backfill",
      "start",
      "e",
      "--data-dir",
      dataDir,
      "--note",
      "--json",
    ];
    const { stdout, stderr } = await refill(args);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^SERVERS_NOT_FOUND: /);
  });
});

describe("the help", () => {
  const { surroundings } = capturedSurroundings();
  const program = createProgram({
    surroundings,
    onOptions: () => undefined,
    end: () => undefined,
  });
  const commands = leaves(program, []);

  test("covers the commands of this version and no others", () => {
    expect(commands.map(({ words }) => words.join(" ")).sort()).toEqual([
      "backfill cancel",
      "backfill describe",
      "backfill explain",
      "backfill get",
      "backfill list",
      "backfill pause",
      "backfill plan",
      "backfill repin",
      "backfill resume",
      "backfill retry",
      "backfill runs",
      "backfill set-concurrency",
      "backfill start",
      "backfill verify",
      "backfill watch",
      "dev",
      "export coverage",
      "export create",
      "export delete",
      "export get",
      "export list",
      "export test",
      "export update",
      "key create",
      "key list",
      "key revoke",
      "migrate",
      "schedule create",
      "schedule delete",
      "schedule get",
      "schedule list",
      "schedule pause",
      "schedule resume",
      "schedule runs",
      "schedule trigger",
      "server",
      "worker",
    ]);
  });

  test.each(commands.map(({ words }) => [words]))(
    "of %j has a summary, --json, --data-dir and an example that names it",
    async (words) => {
      const { exitCode, stdout, stderr } = await refill([...words, "--help"]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toContain("--json");
      expect(stdout).toContain("--data-dir");
      expect(stdout).toMatch(
        new RegExp(`Examples:\n[^]*refill ${words.join(" ")}`),
      );
      const listing = await refill([...words.slice(0, -1), "--help"]);
      expect(listing.stdout).toMatch(
        new RegExp(`^ {2}${words.at(-1) ?? ""} .* {2}\\S`, "m"),
      );
    },
  );

  test("of the program is printed on stdout, and the version too", async () => {
    const help = await refill(["--help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    expect(help.stdout).toContain("Examples:");
    const version = await refill(["--version"]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

function leaves(
  command: Command,
  words: readonly string[],
): readonly { readonly words: readonly string[] }[] {
  if (command.commands.length === 0) return [{ words }];
  return command.commands.flatMap((child) =>
    leaves(child, [...words, child.name()]),
  );
}
