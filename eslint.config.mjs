import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

const nodeBuiltins = {
  group: ["node:*"],
  message: "This code must stay pure: pass in what it needs.",
};

const impureGlobals = ["Date", "process", "setTimeout", "crypto"].map(
  (name) => ({ name, message: "Pass the value in: this code must stay pure." }),
);

const impureMembers = [
  {
    object: "Math",
    property: "random",
    message: "Pass the value in: this code must stay deterministic.",
  },
];

const literalSpreads = [
  "SpreadElement > ObjectExpression",
  "SpreadElement > ArrayExpression",
  "JSXSpreadAttribute > ObjectExpression",
].map((selector) => ({
  selector,
  message: "Write the members themselves: a literal needs no spread.",
}));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "coverage/", ".refill*/"] },
  ...tseslint.configs.strictTypeChecked,
  {
    plugins: { "simple-import-sort": simpleImportSort },
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { ignoreRestSiblings: true },
      ],
      "no-restricted-syntax": ["error", ...literalSpreads],
      // One block: Node's modules, packages, then our own from far to near.
      "simple-import-sort/imports": [
        "error",
        { groups: [["^\\u0000", "^node:", "^@?\\w", "^", "^\\.\\.", "^\\."]] },
      ],
      "simple-import-sort/exports": "error",
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 70, skipComments: true }],
    },
  },
  {
    files: ["src/domain/**", "src/workflows/**", "src/contract/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [nodeBuiltins] }],
      "no-restricted-globals": ["error", ...impureGlobals],
      "no-restricted-properties": ["error", ...impureMembers],
    },
  },
  {
    files: ["src/**"],
    ignores: ["src/config/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "src/config is the only reader of the environment.",
        },
        ...impureMembers,
      ],
    },
  },
  {
    files: ["test/**", "bench/**", "scripts/**"],
    rules: { "max-lines-per-function": "off" },
  },
  {
    files: ["**/*.mjs"],
    ...tseslint.configs.disableTypeChecked,
  },
);
