import { isRefillError } from "../../../domain/errors.js";
import type {
  Destination,
  StagedDescriptor,
  StagedWriter,
  StageRequest,
} from "../../destination.js";
import { probeDestination } from "../probe-destination.js";
import {
  abortUpload,
  MultipartUpload,
  openUploads,
  type UploadReference,
} from "./multipart-upload.js";
import { type S3Access, S3Connection } from "./s3-connection.js";
import { reportedOf } from "./s3-error.js";
import { identityOf, objectKey, type S3Place } from "./s3-place.js";
import {
  listObjects,
  readObject,
  removeObjects,
  statObject,
} from "./stored-objects.js";
import { UploadWriter } from "./upload-writer.js";

/**
 * Objects in a bucket of S3, or of a store that speaks its protocol. A staged object is an upload in parts that is not
 * completed yet. Its id is recorded before its first part, so that whoever claims the interval next can abort it.
 */
export function s3Destination(place: S3Place, access: S3Access): Destination {
  const connection = new S3Connection(place, access);
  const identity = identityOf(place);
  const destination: Destination = {
    identity,
    replacesIntervals: false,
    describeStaged: (key, token) => ({
      type,
      identity,
      key,
      token,
      bucket: place.bucket,
      object: objectKey(place, key),
      endpoint: place.endpoint ?? "",
    }),
    stage: (request) => stage(connection, place, request),
    destroyStaged: (descriptor) => destroyStaged(connection, place, descriptor),
    removePublished: (keys) => removeObjects(connection, place, keys),
    stat: (key) => statObject(connection, place, key),
    read: (key, signal, fromByte = 0) =>
      readObject(connection, { place, key, fromByte }, signal),
    list: (prefix) => listObjects(connection, place, prefix),
    probe: () => probeDestination(destination),
    close: () => connection.close(),
  };
  return destination;
}

const type = "s3";

/**
 * Begins an upload and records it. One that a predecessor began and died before it could record is found by its key:
 * what was there before this claim was seen to be held can't be a newer claim's, so it is aborted.
 */
async function stage(
  connection: S3Connection,
  place: S3Place,
  { descriptor, record, signal }: StageRequest,
): Promise<StagedWriter> {
  const { bucket } = place;
  const object = objectKey(place, descriptor.key);
  const earlier = await leftBehind(connection, { bucket, object });
  const upload = await MultipartUpload.create(connection, place, object);
  const { uploadId } = upload.reference;
  const assertHeld = () => record({ ...descriptor, upload: uploadId });
  try {
    await assertHeld();
    for (const left of earlier) await abortUpload(connection, left);
  } catch (error) {
    await upload.abort().catch(() => undefined); // the error that led here is the one to tell
    throw error;
  }
  return new UploadWriter(upload, { assertHeld, signal });
}

/** Nothing where the credentials may not list uploads: then only what is recorded can be aborted. */
async function leftBehind(
  connection: S3Connection,
  target: { readonly bucket: string; readonly object: string },
): Promise<readonly UploadReference[]> {
  try {
    return await openUploads(connection, target);
  } catch (error) {
    const refused = ["AccessDenied", "NotImplemented", "MethodNotAllowed"];
    if (refused.includes(reportedOf(error) ?? "")) return [];
    throw error;
  }
}

/**
 * Another server, as an earlier version of the definition may have named, is left alone: nothing that is published there
 * comes here.
 */
async function destroyStaged(
  connection: S3Connection,
  place: S3Place,
  descriptor: StagedDescriptor,
): Promise<void> {
  const { bucket, object, upload, endpoint } = descriptor;
  if (descriptor.type !== type || endpoint !== (place.endpoint ?? "")) return;
  // Recorded at the claim, before there was an upload: `stage` finds what may have been begun since.
  if (typeof upload !== "string") return;
  try {
    await abortUpload(connection, {
      bucket: String(bucket),
      object: String(object),
      uploadId: upload,
    });
  } catch (error) {
    const isElsewhere = descriptor.identity !== identityOf(place);
    // An earlier definition's bucket may be out of reach for good. That must not keep the interval from this one.
    if (isElsewhere && isRefillError(error) && !error.retryable) return;
    throw error;
  }
}
