import { relativePathProblems } from "../../domain/keys/relative-path.js";
import type { DefinitionProblem } from "../definition-problem.js";
import type { LooseMapping } from "../loose-mapping.js";
import { secretReferenceProblems } from "../reference-rules.js";
import { shownValue } from "../secret-like.js";

/** What the values of an `s3` destination must mean, beyond its key. Looks only at values of the right kind. */
export function s3Problems(
  destination: LooseMapping,
): readonly DefinitionProblem[] {
  return [
    ...bucketProblems(destination["bucket"]),
    ...prefixProblems(destination["prefix"]),
    ...regionProblems(destination["region"]),
    ...endpointProblems(destination["endpoint"]),
    ...credentialProblems(destination),
  ].map(({ path, message }) => ({ path: `destination.${path}`, message }));
}

/**
 * The prefix before all keys, `folder/`; empty where there is none, or none that is text.
 */
export function s3KeyPrefix(destination: LooseMapping): string {
  const prefix = destination["prefix"];
  return typeof prefix === "string" && prefix !== "" ? `${prefix}/` : "";
}

/** Amazon's rules, and the underscores and capitals that other stores and old buckets have. */
function bucketProblems(bucket: unknown): readonly DefinitionProblem[] {
  if (typeof bucket !== "string") return [];
  const isName =
    /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/.test(bucket) &&
    !bucket.includes("..");
  if (isName) return [];
  const message = `expected the name of a bucket: 3 to 63 letters, digits, dots, hyphens or underscores; got ${shownValue(bucket)}`;
  return [{ path: "bucket", message }];
}

function prefixProblems(prefix: unknown): readonly DefinitionProblem[] {
  if (typeof prefix !== "string") return [];
  return relativePathProblems(prefix).map((message) => ({
    path: "prefix",
    message,
  }));
}

/** It becomes part of a host's name. */
function regionProblems(region: unknown): readonly DefinitionProblem[] {
  if (typeof region !== "string" || /^[a-z0-9-]{1,40}$/.test(region)) return [];
  const message = `expected a region such as eu-central-1; got ${shownValue(region)}`;
  return [{ path: "region", message }];
}

const endpointPattern =
  /^https?:\/\/([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?\/?$/;

function endpointProblems(endpoint: unknown): readonly DefinitionProblem[] {
  if (typeof endpoint !== "string") return [];
  if (endpointPattern.test(endpoint) && URL.canParse(endpoint)) return [];
  // Not shown: a wrong one may hold a password.
  const message =
    "expected the URL of a server, http://HOST:PORT or https://HOST:PORT, without a user, a path or parameters; got other text";
  return [{ path: "endpoint", message }];
}

const credentialKeys = ["access_key_id", "secret_access_key"] as const;

function credentialProblems(
  destination: LooseMapping,
): readonly DefinitionProblem[] {
  const given = credentialKeys.filter(
    (key) => (destination[key] ?? null) !== null,
  );
  const missing = credentialKeys.find((key) => !given.includes(key));
  const alone =
    given.length === 1 && missing !== undefined
      ? [
          {
            path: missing,
            message: `expected it beside ${given.join()}; it is missing. Give both, or neither to use the worker's own credentials`,
          },
        ]
      : [];
  return [
    ...alone,
    ...given.flatMap((key) => secretReferenceProblems(key, destination[key])),
  ];
}
