/** Refill's search attributes: what an operator can filter by in Temporal's Web UI. */
export const searchAttributes = {
  export: { name: "RefillExport", type: "KEYWORD" },
  team: { name: "RefillTeam", type: "INT" },
  status: { name: "RefillStatus", type: "KEYWORD" },
} as const;
