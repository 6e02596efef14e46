/** Which intervals are exported first. */
export const runOrders = ["oldest", "newest"] as const;

export type RunOrder = (typeof runOrders)[number];
