import { expectDocumented } from "../documented-answers.js";

export interface SentRequest {
  readonly key: string | null;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SentAnswer {
  readonly status: number;
  /** Of a problem document. */
  readonly code: string | undefined;
  readonly header: (name: string) => string | null;
}

/** Sends requests to a server. A stream is left as soon as it is answered. */
export function createSender(origin: string) {
  return async (request: SentRequest): Promise<SentAnswer> => {
    const { key, method, path, body, headers } = request;
    const answer = await fetch(new URL(path, origin), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(body === undefined || method === "GET"
        ? {}
        : { body: JSON.stringify(body) }),
    });
    const header = (name: string) => answer.headers.get(name);
    if (header("content-type")?.startsWith("text/event-stream") === true) {
      await answer.body?.cancel();
      return { status: answer.status, code: undefined, header };
    }
    const isProblem = header("content-type")?.includes("problem+json") === true;
    const text = await answer.text();
    expectDocumented({ method, url: path }, { status: answer.status, text });
    const { code } = (isProblem ? JSON.parse(text) : {}) as { code?: string };
    return { status: answer.status, code, header };
  };
}
