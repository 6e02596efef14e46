import type { ReceivedSpan } from "./otlp-receiver.js";

/** Spans by their parents. A span whose parent did not arrive is an orphan, and none may be one. */
export class SpanTree {
  readonly #spans: readonly ReceivedSpan[];

  constructor(spans: readonly ReceivedSpan[]) {
    this.#spans = spans;
  }

  get traces(): ReadonlySet<string> {
    return new Set(this.#spans.map(({ traceId }) => traceId));
  }

  named(name: string): readonly ReceivedSpan[] {
    return this.#spans.filter((span) => span.name === name);
  }

  /** The only one of this name. */
  one(name: string): ReceivedSpan {
    const [found, ...others] = this.named(name);
    if (found !== undefined && others.length === 0) return found;
    throw new Error(
      `Expected one span ${name}; got ${this.#spans.map((span) => span.name).join(", ")}`,
    );
  }

  parentOf({ parentSpanId }: ReceivedSpan): ReceivedSpan | null {
    return this.#spans.find(({ spanId }) => spanId === parentSpanId) ?? null;
  }

  /** The names from a span up to its root. */
  pathOf(span: ReceivedSpan): readonly string[] {
    const parent = this.parentOf(span);
    return [span.name, ...(parent === null ? [] : this.pathOf(parent))];
  }

  get orphans(): readonly ReceivedSpan[] {
    return this.#spans.filter(
      (span) => span.parentSpanId !== null && this.parentOf(span) === null,
    );
  }
}
