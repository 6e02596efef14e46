// What `npm run histories:record` runs: the recorder, on real servers of its own, as the integration tests have them.
import config from "../../../jest.config.mjs";

const integration = config.projects.find(
  ({ displayName }) => displayName === "integration",
);

export default {
  ...integration,
  displayName: "recorder",
  rootDir: "../../..",
  testMatch: ["<rootDir>/test/replay/recorder/*.recording.ts"],
  testTimeout: config.testTimeout,
};
