/** The keys of the S3 server of the tests and figures. */
export const s3Keys: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};
