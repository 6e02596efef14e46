/** The keys of the S3 server of the tests and figures. */
export const s3Keys = {
  accessKeyId: "refill-test",
  secretAccessKey: "not-a-secret+0123456789",
};
