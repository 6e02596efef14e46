// What the MinIO of the figures is reached with. Apart from what starts it, so that an upload loads nothing else.
export const bucket = "bench";
export const keys = {
  accessKeyId: "refill-bench",
  secretAccessKey: "not-a-secret+0123456789",
};
