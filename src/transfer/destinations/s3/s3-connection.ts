import type { S3, S3ClientConfig } from "@aws-sdk/client-s3";
import { redact } from "../../../config/redact.js";
import { isRefillError, RefillError } from "../../../domain/errors.js";
import { carryLargeBodies } from "./large-bodies.js";
import { s3Error } from "./s3-error.js";
import type { S3Place } from "./s3-place.js";

/** What the worker's configuration and environment give the connection. */
export interface S3Access {
  /** The pair of keys, or null to let the SDK find credentials. @throws RefillError SECRET_* */
  readonly keys: () => Promise<S3Keys | null>;
  /** Whether the worker's allow-list lets a host be reached. */
  readonly isHostAllowed: (host: string) => boolean;
}

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const connectTimeoutMs = 10_000;
/** Of silence in both directions. A server that assembles a large object says nothing for a while. */
const silenceTimeoutMs = 60_000;
/** Of each request, about 10 s apart at the end. A run that fails for good is tried again later, as a whole. */
const attemptsOfRequest = 5;
const defaultRegion = "us-east-1";

/** The SDK's client, made on first use: the SDK is loaded and secrets are resolved then. */
export class S3Connection {
  readonly #place: S3Place;
  readonly #access: S3Access;
  #opened: Promise<S3> | null = null;
  #secrets: readonly string[] = [];

  constructor(place: S3Place, access: S3Access) {
    this.#place = place;
    this.#access = access;
  }

  /** Makes requests. `what` completes "could not". @throws RefillError DESTINATION_*, SECRET_* */
  async request<T>(what: string, requests: (s3: S3) => Promise<T>): Promise<T> {
    try {
      this.#opened ??= this.#open();
      return await requests(await this.#opened);
    } catch (error) {
      throw this.#explain(error, what);
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    const s3 = await opened?.catch(() => null);
    s3?.destroy();
  }

  #explain(error: unknown, what: string): RefillError {
    if (isRefillError(error)) return error;
    const explained = s3Error(error, what);
    return new RefillError(
      explained.code,
      redact(explained.message, this.#secrets),
      { details: explained.details },
    );
  }

  async #open(): Promise<S3> {
    try {
      const keys = await this.#access.keys();
      if (keys !== null) this.#secrets = Object.values(keys);
      // Loaded late: most commands, and most workers, need none of it.
      const { S3: Client } = await import("@aws-sdk/client-s3");
      const config = clientConfig(this.#place, keys);
      const client = new Client(config);
      const region = await regionOf(client);
      const s3 =
        region === null
          ? new Client({ ...config, region: defaultRegion })
          : client;
      this.#guardHosts(s3);
      carryLargeBodies(s3);
      return s3;
    } catch (error) {
      this.#opened = null; // the next request tries again
      throw error;
    }
  }

  /** Looks at the host that each request is about to go to, however the SDK came to it. */
  #guardHosts(s3: S3): void {
    s3.middlewareStack.add(
      (next) => (request) => {
        const { hostname } = request.request as { readonly hostname: string };
        this.#assertHostAllowed(hostname);
        return next(request);
      },
      { step: "build", priority: "low", name: "refillHostGuard" },
    );
  }

  #assertHostAllowed(host: string): void {
    const { isHostAllowed } = this.#access;
    const ofBucket = `${this.#place.bucket}.`;
    const server = host.startsWith(ofBucket)
      ? host.slice(ofBucket.length)
      : host;
    if (isHostAllowed(host) || isHostAllowed(server)) return;
    throw new RefillError(
      "DESTINATION_FORBIDDEN",
      `Expected a host that REFILL_ALLOWED_HOSTS names, got ${server}: correct the destination's endpoint or region, or add the host to the list.`,
      { details: { host: server } },
    );
  }
}

function clientConfig(place: S3Place, keys: S3Keys | null): S3ClientConfig {
  return {
    ...(place.region === null ? {} : { region: place.region }),
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint }),
    ...(keys === null ? {} : { credentials: keys }),
    forcePathStyle: place.path_style,
    maxAttempts: attemptsOfRequest,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: silenceTimeoutMs,
    },
  };
}

/** The SDK's own rules: the definition's, else of its environment and files. Null where there is none. */
async function regionOf(client: S3): Promise<string | null> {
  try {
    return await client.config.region();
  } catch {
    return null;
  }
}
