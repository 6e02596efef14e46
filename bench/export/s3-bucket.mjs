// What the S3 server of the figures is reached with. Apart from what starts it, so that an upload loads nothing else.
export { s3Keys as keys } from "../../test/integration/servers/s3-keys.mjs";
export const bucket = "bench";
