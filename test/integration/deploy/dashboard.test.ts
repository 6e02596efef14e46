import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { RunMetrics } from "../../../src/worker/run-metrics.js";
import { apiFixture } from "../api/api-fixture.js";

const deploy = join(import.meta.dirname, "../../../deploy");
const api = apiFixture();

interface Dashboard {
  readonly panels: readonly {
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly { readonly expr: string }[];
  }[];
}

/** The names of all series that a worker and a server serve. */
async function servedNames(): Promise<ReadonlySet<string>> {
  const key = await api.key(1, "batch_export:read");
  const { text } = await api.ask(key, "GET", "/metrics");
  const lines = `${text}\n${await new RunMetrics().text()}`.split("\n");
  return new Set(
    lines.flatMap((line) => {
      const [, name = "", type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
      if (type === undefined) return [];
      return type === "histogram"
        ? ["_bucket", "_sum", "_count"].map((suffix) => name + suffix)
        : [name];
    }),
  );
}

async function read(path: string): Promise<string> {
  return readFile(join(deploy, path), "utf8");
}

function namesIn(expressions: readonly string[]): readonly string[] {
  return expressions.flatMap(
    (expression) => expression.match(/refill_\w+/g) ?? [],
  );
}

describe("every series is served that is asked for by", () => {
  test("the dashboard of Grafana", async () => {
    const { panels } = JSON.parse(
      await read("grafana/refill.json"),
    ) as Dashboard;
    const names = namesIn(
      panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    );
    expect(names.length).toBeGreaterThan(panels.length);
    const served = await servedNames();
    expect(names.filter((name) => !served.has(name))).toEqual([]);
  });

  test("the alerts of Prometheus", async () => {
    const { groups } = parse(await read("prometheus/alerts.yaml")) as Alerts;
    const rules = groups.flatMap((group) => group.rules);
    const names = namesIn(rules.map(({ expr }) => expr));
    expect(names.length).toBeGreaterThanOrEqual(rules.length);
    const served = await servedNames();
    expect(names.filter((name) => !served.has(name))).toEqual([]);
  });
});
