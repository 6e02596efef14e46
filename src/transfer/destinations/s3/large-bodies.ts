import { Readable } from "node:stream";
import type { S3 } from "@aws-sdk/client-s3";

/** Over TLS Node encrypts what it is given into memory of its own: this much of a part in place of all of it. */
const sliceBytes = 256 * 1024;

interface Attempt {
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends large bodies in slices, and the first attempt without asking the server before, on a connection that is kept.
 * Done for each attempt, below the SDK's retries and signatures, which a stream would keep from their work.
 */
export function carryLargeBodies(s3: S3): void {
  s3.middlewareStack.add(
    (next) => (args) => {
      const attempt = args.request as Attempt;
      const { body } = attempt;
      if (!(body instanceof Uint8Array) || body.byteLength <= sliceBytes) {
        return next(args);
      }
      const request = {
        ...attempt,
        body: Readable.from(slicesOf(body)),
        headers: headersOf(attempt),
      };
      return next({ ...args, request });
    },
    { step: "deserialize", priority: "low", name: "refillLargeBodies" },
  );
}

function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += sliceBytes) {
    yield bytes.subarray(start, start + sliceBytes);
  }
}

/**
 * For `Expect: 100-continue` the SDK opens a connection of its own to each part. What it is for, hearing why a server wants
 * no part before it hangs up, the attempts after a lost connection still do. It is not signed.
 */
function headersOf({ headers }: Attempt): Attempt["headers"] {
  const isFirst = headers["amz-sdk-request"]?.startsWith("attempt=1;") === true;
  if (!isFirst) return headers;
  const { Expect: _, ...others } = headers;
  return others;
}
