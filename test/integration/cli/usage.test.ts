import { expect, test } from "@jest/globals";
import { runClient, startClient } from "./client.js";

test("the program tells its version and its help, and ends with 0", async () => {
  const version = await runClient(["--version"]);
  expect(version).toMatchObject({ exitCode: 0, stderr: "" });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const help = await runClient(["backfill", "start", "--help"]);
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(help.stdout).toContain("--concurrency <n>");
});

test("a command line that is wrong ends with 2, told on stderr to people and on stdout with --json", async () => {
  const args = ["backfill", "strat", "flights"];
  const people = await runClient(args);
  expect(people).toMatchObject({ exitCode: 2, stdout: "" });
  expect(people.stderr).toMatch(/^USAGE: .*Did you mean start\?/);
  const json = await runClient([...args, "--json"]);
  expect(json).toMatchObject({ exitCode: 2, stderr: "" });
  expect(JSON.parse(json.stdout)).toHaveProperty("error.code", "USAGE");
});

test("servers that can't be reached end with 3", async () => {
  const env = {
    DATABASE_URL: "postgres://refill@127.0.0.1:1/refill",
    TEMPORAL_ADDRESS: "127.0.0.1:1",
  };
  const end = await runClient(["export", "list", "--json"], env);
  expect(end).toMatchObject({ exitCode: 3, stderr: "" });
  expect(JSON.parse(end.stdout)).toHaveProperty(
    "error.code",
    "DATABASE_UNAVAILABLE",
  );
});

test("a reader that leaves is no error", async () => {
  const { child, end } = startClient(["--help"]);
  child.stdout?.destroy();
  expect(await end).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a worker can't be told to be supervised by hand", async () => {
  const end = await runClient(["worker", "--supervised"]);
  expect(end.exitCode).toBe(2);
  expect(end.stderr).toMatch(/^USAGE: /);
});
