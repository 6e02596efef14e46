import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { settingsSchema } from "../src/config/settings-schema.js";
import { taskQueuesOf } from "../src/contract/task-queues.js";
import { parseDuration } from "../src/domain/time/duration.js";

const folder = join(__dirname, "../deploy/kubernetes");
const files = readdirSync(folder).sort();

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly {
    readonly name: string;
    readonly containerPort: number;
  }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext: object;
  readonly resources: { readonly limits: { readonly memory: string } };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: object };
    readonly template?: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number;
        readonly containers: readonly Container[];
      };
    };
    readonly scaleTargetRef?: { readonly name: string };
    readonly triggers?: readonly {
      readonly metadata: Readonly<Record<string, string>>;
    }[];
  };
}

const manifests = files
  .filter((file) => file !== "kustomization.yaml")
  .flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8")).map(
      (document) => document.toJS() as Manifest,
    ),
  );

function manifest(kind: string, name: string): Manifest {
  const found = manifests.find(
    (one) => one.kind === kind && one.metadata.name === name,
  );
  if (found === undefined) throw new Error(`There is no ${kind} ${name}`);
  return found;
}

const settings = manifest("ConfigMap", "refill-settings").data ?? {};
const secrets = manifest("Secret", "refill-secrets").stringData ?? {};

const containers = manifests.flatMap(
  ({ spec }) => spec?.template?.spec.containers ?? [],
);

describe("the manifests for Kubernetes", () => {
  test("set nothing that Refill does not know", () => {
    const known = Object.keys(settingsSchema.shape);
    const names = [
      ...Object.keys(settings),
      ...Object.keys(secrets),
      ...containers.flatMap(({ env = [] }) => env.map(({ name }) => name)),
    ].filter((name) => !name.startsWith("REFILL_SECRET_"));
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  test("give running exports the whole of their grace before they are killed", () => {
    const { spec } = manifest("Deployment", "refill-worker");
    const graceMs = parseDuration(settings["REFILL_SHUTDOWN_GRACE"] ?? "");
    const seconds = spec?.template?.spec.terminationGracePeriodSeconds ?? 0;
    expect(seconds * 1_000).toBeGreaterThanOrEqual(graceMs + 10_000);
  });

  test.each(["refill-worker", "refill-server"])(
    "probe %s where it listens",
    (name) => {
      const { spec } = manifest("Deployment", name);
      expect(spec?.template?.metadata.labels).toEqual(
        spec?.selector?.matchLabels,
      );
      const [container] = spec?.template?.spec.containers ?? [];
      const [port] = container?.ports ?? [];
      const listening = container?.env?.find(({ name: setting }) =>
        /^REFILL_(WORKER|API)_PORT$/.test(setting),
      );
      expect(listening?.value).toBe(String(port?.containerPort));
      const { livenessProbe, readinessProbe } = container ?? {};
      expect(livenessProbe?.httpGet).toEqual({
        path: "/healthz",
        port: port?.name,
      });
      expect(readinessProbe?.httpGet).toEqual({
        path: "/readyz",
        port: port?.name,
      });
    },
  );

  test("run nothing as root, nor with a file system that it could write", () => {
    expect(containers).toHaveLength(3);
    for (const container of containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  test("scale the workers by the queue that they export from", () => {
    const { spec } = manifest("ScaledObject", "refill-worker");
    const queues = taskQueuesOf(settings["REFILL_TASK_QUEUE"] ?? "");
    const [trigger] = spec?.triggers ?? [];
    expect(trigger?.metadata).toMatchObject({
      taskQueue: queues.exports,
      endpoint: settings["TEMPORAL_ADDRESS"],
    });
    expect(
      manifest("Deployment", spec?.scaleTargetRef?.name ?? ""),
    ).toBeDefined();
  });

  test("are applied but for the example and what needs KEDA", () => {
    const text = readFileSync(join(folder, "kustomization.yaml"), "utf8");
    const { resources } = parse(text) as {
      readonly resources: readonly string[];
    };
    const apart = ["kustomization.yaml", "scaler.yaml", "secrets.example.yaml"];
    expect([...resources].sort()).toEqual(
      files.filter((file) => !apart.includes(file)),
    );
  });
});
