import { randomUUID } from "node:crypto";
import type { CompletedPart, S3 } from "@aws-sdk/client-s3";
import type { S3Connection } from "./s3-connection.js";
import { reportedOf } from "./s3-error.js";
import type { S3Place } from "./s3-place.js";

/** An upload as the store knows it. */
export interface UploadReference {
  readonly bucket: string;
  readonly object: string;
  readonly uploadId: string;
}

/** A part that the store has. */
export interface SentPart {
  readonly completed: CompletedPart;
  /** An attempt that was given up may still be reading the bytes, whatever became of them. */
  readonly wasTriedAgain: boolean;
}

/** The name of the metadata that tells whose upload an object came from. */
const markName = "refill-upload";

/** An upload in parts of one object. Nothing is seen of it before it is completed, and nothing can be once it is aborted. */
export class MultipartUpload {
  readonly #connection: S3Connection;
  readonly reference: UploadReference;
  /** Becomes the object's metadata: tells our own publication, whose answer was lost, from another's. */
  readonly #mark: string;

  private constructor(
    connection: S3Connection,
    reference: UploadReference,
    mark: string,
  ) {
    this.#connection = connection;
    this.reference = reference;
    this.#mark = mark;
  }

  static async create(
    connection: S3Connection,
    place: S3Place,
    object: string,
  ): Promise<MultipartUpload> {
    const { bucket, sse } = place;
    const mark = randomUUID();
    const what = `begin an upload of ${shownObject({ bucket, object })}`;
    const uploadId = await connection.request(what, async (s3) => {
      const { UploadId } = await s3.createMultipartUpload({
        Bucket: bucket,
        Key: object,
        ChecksumAlgorithm: "CRC32",
        Metadata: { [markName]: mark },
        ...(sse === null ? {} : { ServerSideEncryption: sse }),
      });
      return expected(UploadId, "the id of an upload");
    });
    return new MultipartUpload(connection, { bucket, object, uploadId }, mark);
  }

  /** Sends a part with its CRC-32, which the store compares. Rejects with the signal's reason once it is aborted. */
  async sendPart(
    partNumber: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<SentPart> {
    try {
      return await this.#request("send a part of", async (s3) => {
        const sent = await s3.uploadPart(
          {
            ...this.#target,
            PartNumber: partNumber,
            Body: bytes,
            ChecksumAlgorithm: "CRC32",
          },
          { abortSignal: signal },
        );
        const completed = {
          PartNumber: partNumber,
          ETag: expected(sent.ETag, "the tag of a part"),
          ChecksumCRC32: sent.ChecksumCRC32,
        };
        return { completed, wasTriedAgain: sent.$metadata.attempts !== 1 };
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  /**
   * Makes the parts the object, where what stands there now is still what was last seen: null for nothing.
   * @throws RefillError DESTINATION_* whose report is PreconditionFailed when something else stands there
   */
  async complete(
    parts: readonly CompletedPart[],
    condition: { readonly seenETag: string | null } | null,
  ): Promise<void> {
    await this.#request("publish", (s3) =>
      s3.completeMultipartUpload({
        ...this.#target,
        MultipartUpload: { Parts: [...parts] },
        ...(condition === null ? {} : conditionHeaders(condition.seenETag)),
      }),
    );
  }

  /** What stands under the object's name, and whether this upload put it there; null where nothing does. */
  async standing(): Promise<{
    readonly etag: string;
    readonly isOurs: boolean;
  } | null> {
    const { Bucket, Key } = this.#target;
    try {
      return await this.#request("look at", async (s3) => {
        const { ETag, Metadata } = await s3.headObject({ Bucket, Key });
        return {
          etag: expected(ETag, "the tag of an object"),
          isOurs: Metadata?.[markName] === this.#mark,
        };
      });
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  abort(): Promise<void> {
    return abortUpload(this.#connection, this.reference);
  }

  get #target() {
    const { bucket, object, uploadId } = this.reference;
    return { Bucket: bucket, Key: object, UploadId: uploadId };
  }

  #request<T>(what: string, requests: (s3: S3) => Promise<T>): Promise<T> {
    return this.#connection.request(
      `${what} ${shownObject(this.reference)}`,
      requests,
    );
  }
}

function conditionHeaders(seenETag: string | null) {
  return seenETag === null ? { IfNoneMatch: "*" } : { IfMatch: seenETag };
}

/** Parts that were on their way may arrive after an abort: the store's documentation says to look, and to abort again. */
const abortTries = 3;

/** Destroys an upload and its parts. Fine when it is gone, or was completed. @throws RefillError DESTINATION_* */
export async function abortUpload(
  connection: S3Connection,
  upload: UploadReference,
): Promise<void> {
  const { bucket, object, uploadId } = upload;
  const target = { Bucket: bucket, Key: object, UploadId: uploadId };
  const what = `abort the upload of ${shownObject(upload)}`;
  for (let tries = 0; tries < abortTries; tries += 1) {
    try {
      const { Parts } = await connection.request(what, async (s3) => {
        await s3.abortMultipartUpload(target);
        return s3.listParts({ ...target, MaxParts: 1 });
      });
      if ((Parts ?? []).length === 0) return;
    } catch (error) {
      if (isGone(error)) return;
      throw error;
    }
  }
}

function isGone(error: unknown): boolean {
  return ["NoSuchUpload", "NoSuchBucket"].includes(reportedOf(error) ?? "");
}

/** The uploads of exactly this object that are neither completed nor aborted. */
export async function openUploads(
  connection: S3Connection,
  { bucket, object }: { readonly bucket: string; readonly object: string },
): Promise<readonly UploadReference[]> {
  const what = `list the uploads of ${shownObject({ bucket, object })}`;
  return connection.request(what, async (s3) => {
    const listed = await s3.listMultipartUploads({
      Bucket: bucket,
      Prefix: object,
    });
    return (listed.Uploads ?? []).flatMap(({ Key, UploadId }) =>
      Key === object && UploadId !== undefined
        ? [{ bucket, object, uploadId: UploadId }]
        : [],
    );
  });
}

/** For people: `s3://bucket/key`. */
export function shownObject(of: {
  readonly bucket: string;
  readonly object: string;
}): string {
  return `s3://${of.bucket}/${of.object}`;
}

/** HEAD has no body to say it in: the status is the name. */
export function isNotFound(error: unknown): boolean {
  return ["NotFound", "NoSuchKey"].includes(reportedOf(error) ?? "");
}

function expected(value: string | undefined, what: string): string {
  if (value !== undefined && value !== "") return value;
  throw new Error(`the server's answer lacks ${what}`);
}
