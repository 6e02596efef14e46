import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { settingsSchema } from "../src/config/settings-schema.js";

const root = join(__dirname, "..");

interface Service {
  readonly container_name?: string;
  readonly ports?: readonly unknown[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: unknown;
  readonly depends_on?: Readonly<
    Record<string, { readonly condition: string }>
  >;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
}

const passwords = {
  REFILL_DATABASE_PASSWORD: "ledgerpassword",
  TEMPORAL_DATABASE_PASSWORD: "temporalpassword",
  MINIO_PASSWORD: "miniopassword",
};

/** The file as Docker Compose resolves it, or its error. Null: there is no Compose here. */
function resolveCompose(env: Readonly<Record<string, string>>) {
  const command = composeCommand();
  if (command === null) return null;
  const [program = "", ...args] = command;
  return spawnSync(
    program,
    [
      ...args,
      "--project-directory",
      root,
      "--env-file",
      "/dev/null",
      "--file",
      join(root, "docker-compose.yml"),
      "config",
      "--format",
      "json",
    ],
    {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: process.env["HOME"] ?? "",
        ...env,
      },
    },
  );
}

function composeCommand(): readonly string[] | null {
  const candidates = [["docker", "compose"], ["docker-compose"]];
  const works = ([program = "", ...args]: readonly string[]) =>
    spawnSync(program, [...args, "version"], { stdio: "ignore" }).status === 0;
  return candidates.find(works) ?? null;
}

/** As Compose does it where there is one, else the file's own words: its anchors and merges are YAML's. */
function readServices(): Compose["services"] {
  const resolved = resolveCompose(passwords);
  if (resolved?.status === 0) {
    return (JSON.parse(resolved.stdout) as Compose).services;
  }
  const text = readFileSync(join(root, "docker-compose.yml"), "utf8");
  return (parse(text, { merge: true }) as Compose).services;
}

const services = readServices();

function service(name: string): Service {
  const found = services[name];
  if (found === undefined) throw new Error(`Expected a service ${name}.`);
  return found;
}

const testWithCompose = composeCommand() === null ? test.skip : test;

describe("docker-compose.yml", () => {
  testWithCompose("is valid to Docker Compose", () => {
    expect(resolveCompose(passwords)).toMatchObject({ status: 0, stderr: "" });
  });

  testWithCompose("does not start with a password that nobody chose", () => {
    const resolved = resolveCompose({});
    expect(resolved?.status).not.toBe(0);
    expect(resolved?.stderr).toContain("PASSWORD");
  });

  test("has the databases, Temporal with its UI, the store of objects, the migration, the worker and the API", () => {
    expect(Object.keys(services).sort()).toEqual([
      "migrate",
      "minio",
      "minio-bucket",
      "postgres",
      "server",
      "temporal",
      "temporal-namespace",
      "temporal-postgres",
      "temporal-schema",
      "temporal-ui",
      "worker",
    ]);
  });

  test("starts no worker and no API before the schema and the namespace are there", () => {
    expect(service("worker").depends_on).toMatchObject({
      migrate: { condition: "service_completed_successfully" },
      "temporal-namespace": { condition: "service_completed_successfully" },
    });
    expect(service("migrate").depends_on).toMatchObject({
      postgres: { condition: "service_healthy" },
    });
    expect(service("server").depends_on).toMatchObject({
      migrate: { condition: "service_completed_successfully" },
    });
    expect(service("temporal-namespace").depends_on).toMatchObject({
      temporal: { condition: "service_healthy" },
    });
  });

  test("lets the worker be scaled: it has no name and no port of its own", () => {
    expect(service("worker").container_name).toBeUndefined();
    expect(service("worker").ports).toBeUndefined();
  });

  test("publishes ports on this machine only", () => {
    const hosts = Object.values(services)
      .flatMap(({ ports }) => ports ?? [])
      .map((port) =>
        typeof port === "string"
          ? port.replace(/:.*$/, "")
          : (port as { host_ip?: string }).host_ip,
      );
    expect(hosts).toEqual(hosts.map(() => "127.0.0.1"));
    expect(hosts.length).toBeGreaterThan(0);
  });

  test("asks every server for its health", () => {
    for (const name of [
      "postgres",
      "temporal-postgres",
      "temporal",
      "minio",
      "server",
    ]) {
      expect(service(name).healthcheck).toBeDefined();
    }
  });

  test("sets only variables that Refill reads", () => {
    const known = Object.keys(settingsSchema.shape);
    for (const name of ["migrate", "worker", "server"]) {
      const set = Object.keys(service(name).environment ?? {}).filter(
        (variable) => !variable.startsWith("REFILL_SECRET_"),
      );
      expect(known).toEqual(expect.arrayContaining(set));
    }
  });
});

describe("Dockerfile", () => {
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, sources]) => sources?.split(" ") ?? [],
  );

  test("does not run as root", () => {
    expect(/^USER (.+)$/m.exec(text)?.[1]).toBe("node");
  });

  test("copies only what .dockerignore lets in", () => {
    const allowed = readFileSync(join(root, ".dockerignore"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    expect(allowed).toEqual(expect.arrayContaining(copied));
    expect(copied.length).toBeGreaterThan(0);
  });
});
