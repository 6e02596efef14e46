// Runs the unit tests, then the integration tests, and ends with one line that counts them. Arguments are passed to jest.
// The servers of the integration tests start beside the unit tests, which need none.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSharedServers } from "../test/integration/servers/shared-servers.mjs";
import { runCheck } from "./run-check.mjs";
import { runJest } from "./run-jest.mjs";
import { addCounts, countsLine, noCounts } from "./test-counts.mjs";

/** Units keep a processor busy. Integration tests wait for servers and for each other's workers most of the time. */
const unitLanes = 2;
const integrationLanes = 3;

const folder = await mkdtemp(join(tmpdir(), "refill-jest-"));
const interrupt = new AbortController();
const { signal } = interrupt;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(name, () => interrupt.abort());
}
const starting = startServers();
try {
  // It takes minutes, so it runs beside the tests. A selection of them is run without it.
  const checked = process.argv.length > 2 ? noCounts : runCheck({ signal });
  const total = addCounts(await runAll(), await checked);
  process.stdout.write(`${countsLine(total)}\n`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
} catch (error) {
  if (!signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  await (await starting)?.stop();
  await rm(folder, { recursive: true, force: true });
}

async function runAll() {
  const unit = await run("unit", unitLanes);
  const servers = await starting;
  const integration =
    servers === null
      ? { ...noCounts, failed: 1 }
      : await run("integration", integrationLanes, servers.env);
  return addCounts(unit, integration);
}

/** Null, having said why, where they don't start: that counts as a failure. */
async function startServers() {
  const say = (line) => process.stderr.write(`test: ${line}\n`);
  try {
    return await startSharedServers({ say, signal });
  } catch (error) {
    say(`the servers did not start: ${error.message}`);
    return null;
  }
}

function run(project, lanes, env = {}) {
  return runJest({
    args: [
      "--selectProjects",
      project,
      `--maxWorkers=${lanes}`,
      ...process.argv.slice(2),
    ],
    outputFile: join(folder, `${project}.json`),
    env,
    signal,
  });
}
