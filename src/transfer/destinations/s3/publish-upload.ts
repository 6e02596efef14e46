import type { CompletedPart } from "@aws-sdk/client-s3";
import { RefillError } from "../../../domain/errors.js";
import type { Fence } from "../../destination.js";
import { type MultipartUpload, shownObject } from "./multipart-upload.js";
import { reportedOf } from "./s3-error.js";

/** Each time something else was put there in the moment between looking and publishing. */
const maxTries = 10;

/** What stood there was replaced, perhaps by our own hand, or removed since we looked. */
const hasChanged = ["PreconditionFailed", "NoSuchKey"];

/**
 * Makes an upload the object under its name. The store compares what it replaces with what was there while the claim
 * was known to be held: a claim that was overtaken in between can't replace what the newer one published.
 * @throws RefillError CLAIM_LOST when a newer claim has destroyed the upload, DESTINATION_*
 */
export async function publishUpload(
  upload: MultipartUpload,
  parts: readonly CompletedPart[],
  fence: Fence | null,
): Promise<void> {
  let isConditional = true;
  let isGone = false;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const standing = await upload.standing();
    if (standing?.isOurs === true) return; // the answer to it was lost
    if (isGone) throw await goneError(upload, fence);
    await fence?.();
    try {
      const seenETag = standing?.etag ?? null;
      await upload.complete(parts, isConditional ? { seenETag } : null);
      return;
    } catch (error) {
      const reported = reportedOf(error) ?? "";
      // A store without conditional requests: the claim's lock and the abort are all there is.
      if (reported === "NotImplemented" && isConditional) isConditional = false;
      else if (reported === "NoSuchUpload") isGone = true;
      else if (!hasChanged.includes(reported)) throw error;
    }
  }
  throw new RefillError(
    "DESTINATION_UNAVAILABLE",
    `Expected nobody else to write ${shownObject(upload.reference)}, but it changed ${maxTries} times in a row while it was being published. Find out who else writes there.`,
  );
}

/** Where the claim is held all the same, it was not a newer one that destroyed the upload. */
async function goneError(
  upload: MultipartUpload,
  fence: Fence | null,
): Promise<RefillError> {
  if (fence === null) return overtaken();
  await fence();
  return uploadGone(upload);
}

/** A newer claim has destroyed the upload. */
function overtaken(): RefillError {
  return new RefillError(
    "CLAIM_LOST",
    "Expected the staged upload to be there, but a newer claim of its interval has destroyed it. Nothing was published by this one.",
  );
}

/** Someone else has aborted an upload whose claim is held. */
export function uploadGone(upload: MultipartUpload): RefillError {
  return new RefillError(
    "DESTINATION_UNAVAILABLE",
    `Expected the upload of ${shownObject(upload.reference)} to be there, but the store no longer knows it. Check that no lifecycle rule aborts uploads sooner than a run takes.`,
    { details: { reported: "NoSuchUpload" } },
  );
}
