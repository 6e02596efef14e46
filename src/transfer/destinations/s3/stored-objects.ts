import type { Readable } from "node:stream";
import { RefillError } from "../../../domain/errors.js";
import type { StoredObject } from "../../destination.js";
import { isNotFound, shownObject } from "./multipart-upload.js";
import type { S3Connection } from "./s3-connection.js";
import { keyPrefix, objectKey, type S3Place } from "./s3-place.js";

/** The size of a published object; null where there is none. */
export async function statObject(
  connection: S3Connection,
  place: S3Place,
  key: string,
): Promise<StoredObject | null> {
  const target = targetOf(place, key);
  try {
    return await connection.request(`look at ${shown(target)}`, async (s3) => {
      const { ContentLength } = await s3.headObject(target);
      return { key, bytes: ContentLength ?? 0 };
    });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** The bytes of a published object from one of them on, as they arrive. */
export async function* readObject(
  connection: S3Connection,
  target: {
    readonly place: S3Place;
    readonly key: string;
    readonly fromByte: number;
  },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { fromByte } = target;
  const from = targetOf(target.place, target.key);
  const what = `read ${shown(from)}`;
  // Left out for the whole: a range of an object without bytes is an error.
  const range = fromByte === 0 ? {} : { Range: `bytes=${fromByte}-` };
  try {
    const body = await connection.request(what, async (s3) => {
      const { Body } = await s3.getObject(
        { ...from, ...range },
        { abortSignal: signal },
      );
      return Body as Readable;
    });
    const chunks = body.iterator() as AsyncIterator<Uint8Array>;
    for (;;) {
      signal.throwIfAborted();
      const next = await connection.request(what, () => chunks.next());
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The published objects whose keys begin so. Uploads that are not completed are not among them. */
export async function* listObjects(
  connection: S3Connection,
  place: S3Place,
  prefix: string,
): AsyncGenerator<StoredObject> {
  const root = keyPrefix(place);
  const target = { Bucket: place.bucket, Prefix: `${root}${prefix}` };
  let token: string | undefined;
  do {
    const page = await connection.request(`list s3://${place.bucket}`, (s3) =>
      s3.listObjectsV2({
        ...target,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    for (const { Key, Size } of page.Contents ?? []) {
      if (Key === undefined) continue;
      yield { key: Key.slice(root.length), bytes: Size ?? 0 };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** As many as one request may name. */
const removedAtOnce = 1_000;

/** Removes published objects. Fine where there is none. @throws RefillError DESTINATION_* */
export async function removeObjects(
  connection: S3Connection,
  place: S3Place,
  keys: readonly string[],
): Promise<void> {
  for (let start = 0; start < keys.length; start += removedAtOnce) {
    const some = keys.slice(start, start + removedAtOnce);
    const Objects = some.map((key) => ({ Key: objectKey(place, key) }));
    const what = `remove objects from s3://${place.bucket}`;
    const { Errors } = await connection.request(what, (s3) =>
      s3.deleteObjects({
        Bucket: place.bucket,
        Delete: { Objects, Quiet: true },
      }),
    );
    const [refused] = Errors ?? [];
    if (refused !== undefined) throw notRemoved(place, refused);
  }
}

function notRemoved(
  { bucket }: S3Place,
  refused: {
    readonly Key?: string | undefined;
    readonly Code?: string | undefined;
  },
): RefillError {
  const { Key: object = "", Code: reported = "Error" } = refused;
  return new RefillError(
    reported === "InternalError" || reported === "SlowDown"
      ? "DESTINATION_UNAVAILABLE"
      : "DESTINATION_UNWRITABLE",
    `Could not remove ${shownObject({ bucket, object })}: ${reported}. Check that the destination's credentials may delete objects.`,
    { details: { reported } },
  );
}

function targetOf(place: S3Place, key: string) {
  return { Bucket: place.bucket, Key: objectKey(place, key) };
}

function shown({
  Bucket: bucket,
  Key: object,
}: {
  readonly Bucket: string;
  readonly Key: string;
}): string {
  return shownObject({ bucket, object });
}
