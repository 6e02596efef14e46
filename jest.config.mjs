// Sources are ES modules; jest runs them as CommonJS, which its module registry supports without experimental flags.
const transform = {
  "^.+\\.(t|j|mj)s$": [
    "@swc/jest",
    {
      jsc: { target: "es2022", parser: { syntax: "typescript" } },
      module: { type: "commonjs" },
    },
  ],
};

const shared = {
  testEnvironment: "node",
  transform,
  transformIgnorePatterns: [
    "/node_modules/(?!(temporal-polyfill|temporal-spec|temporal-utils|hyparquet|hyparquet-compressors|hysnappy)/)",
  ],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
};

/** @type {import("jest").Config} */
export default {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/integration/"],
    },
    {
      ...shared,
      displayName: "integration",
      testMatch: ["<rootDir>/test/integration/**/*.test.ts"],
      globalSetup: "<rootDir>/test/integration/servers/global-setup.mjs",
      globalTeardown: "<rootDir>/test/integration/servers/global-teardown.mjs",
    },
  ],
  testSequencer: "<rootDir>/test/longest-first.mjs",
  // What a test waits for comes in seconds, on a machine with nothing else to do. This is for one with a lot.
  testTimeout: 300_000,
  workerIdleMemoryLimit: "1GB",
};
