export { backfill } from "./backfill.js";
export { reconcile } from "./reconcile.js";
