/** A server-sent event as it came. */
export interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** Reads server-sent events as a browser does, until the stream ends or `leave` is called. */
export async function follow(
  url: URL,
  headers: Readonly<Record<string, string>> = {},
) {
  const leaving = new AbortController();
  const answer = await fetch(url, { headers, signal: leaving.signal });
  return {
    status: answer.status,
    header: (name: string) => answer.headers.get(name),
    events: eventsOf(answer),
    leave: () => {
      leaving.abort();
    },
  };
}

async function* eventsOf(answer: Response): AsyncGenerator<Heard> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of answer.body ?? []) {
    rest += decoder.decode(part as Uint8Array, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const heard = eventOf(block);
      if (heard !== null) yield heard;
    }
  }
}

/** Null for a comment, or a setting. */
function eventOf(block: string): Heard | null {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  const event = fields.get("event");
  if (event === undefined) return null;
  const data: unknown = JSON.parse(fields.get("data") ?? "null");
  return { event, id: fields.get("id") ?? "", data };
}
