import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { pythonTool } from "../servers/python-tool.js";

/** Of Kubernetes' own types: KEDA's and Kustomize's have other schemas. */
const folder = join(import.meta.dirname, "../../../deploy/kubernetes");
const files = readdirSync(folder)
  .filter((file) => !["kustomization.yaml", "scaler.yaml"].includes(file))
  .map((file) => join(folder, file));

const { program, whyNot } = pythonTool("kubernetes-validate");
const name = "the manifests are what the schemas of Kubernetes allow";

if (whyNot !== null) {
  test.skip(`${name} (skipped: ${whyNot})`, () => undefined);
} else {
  test.each(["1.32", "1.34"])(`${name} %s`, (version) => {
    const { status, stdout, stderr } = spawnSync(
      program("kubernetes-validate"),
      ["--strict", "--kubernetes-version", version, ...files],
      { encoding: "utf8" },
    );
    expect({ status, told: status === 0 ? "" : stdout + stderr }).toEqual({
      status: 0,
      told: "",
    });
  });
}
