import {
  type IdGenerator,
  RandomIdGenerator,
} from "@opentelemetry/sdk-trace-base";

/** Random ids, but for one span whose id was given out before it. */
export class ChosenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #chosen: string | null = null;

  generateTraceId(): string {
    return this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#chosen ?? this.#random.generateSpanId();
  }

  /** Makes a span that gets this very id. */
  using<T>(spanId: string, make: () => T): T {
    this.#chosen = spanId;
    try {
      return make();
    } finally {
      this.#chosen = null;
    }
  }
}
