export { backfill } from "./backfill.js";
export { countRuns } from "./count-runs.js";
export { previewPlan } from "./preview-plan.js";
export { reconcile } from "./reconcile.js";
export { testExport } from "./test-export.js";
export { verifyBackfill } from "./verify-backfill.js";
