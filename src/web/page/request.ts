/** A request that was refused: what the problem document says. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/**
 * Asks the API, by a path relative to the page, and answers its JSON as the caller knows it.
 * @throws Refused with the problem's detail
 */
export async function ask<T>(
  path: string,
  method: "GET" | "POST" | "DELETE" = "GET",
  body?: object,
): Promise<T> {
  const answer = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
  });
  const text = await answer.text();
  if (answer.ok) return (text === "" ? null : JSON.parse(text)) as T;
  throw new Refused(answer.status, detailOf(text, answer.status));
}

/** The path of an export's API, relative to the page. */
export function exportPath(team: number, batchExport: string): string {
  return `api/projects/${String(team)}/batch_exports/${encodeURIComponent(batchExport)}/`;
}

/** What to tell people about an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function detailOf(text: string, status: number): string {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch {
    // A proxy's page, say.
  }
  return `Expected an answer of Refill; got status ${String(status)}.`;
}
