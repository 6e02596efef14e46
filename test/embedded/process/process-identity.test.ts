import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import {
  identifyProcess,
  isRunning,
  ownIdentity,
} from "../../../src/embedded/process/process-identity.js";

test("a process that runs is recognised, and no longer once it has ended", async () => {
  const child = spawn("sleep", ["600"]);
  const identity = identifyProcess(child.pid ?? 0);
  expect(identity).not.toBeNull();
  if (identity === null) return;
  expect(isRunning(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isRunning(identity)).toBe(false);
});

test("another process that got the same number is not taken for the earlier one", () => {
  const now = ownIdentity();
  expect(isRunning(now)).toBe(true);
  expect(isRunning({ ...now, startedAt: "another time" })).toBe(false);
});

test("a number that no process has identifies nothing", () => {
  expect(identifyProcess(2 ** 22 + 1)).toBeNull();
});
