import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import { RefillError } from "../../src/domain/errors.js";
import { openTracing } from "../../src/telemetry/open-tracing.js";
import { createOtelTracing } from "../../src/telemetry/otel-tracing.js";
import { noTracing } from "../../src/telemetry/tracing.js";

/** Keeps what it is given; while it is stuck, it never answers. */
class KeepingExporter implements SpanExporter {
  readonly spans: ReadableSpan[] = [];
  isStuck = false;
  readonly #waiting: ((result: ExportResult) => void)[] = [];

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.spans.push(...spans);
    if (this.isStuck) this.#waiting.push(done);
    else done({ code: ExportResultCode.SUCCESS });
  }

  /** Answers after all, so that nothing waits beyond the test. */
  release(): void {
    for (const done of this.#waiting) done({ code: ExportResultCode.FAILED });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function traced() {
  const exporter = new KeepingExporter();
  return {
    exporter,
    tracing: createOtelTracing({ exporter, service: "refill-test" }),
  };
}

test("spans nest as the work does, over waits and beside one another", async () => {
  const { exporter, tracing } = traced();
  await tracing.span({ name: "outer" }, () =>
    Promise.all(
      ["a", "b"].map((name) =>
        tracing.span({ name }, async () => {
          await turn();
          await tracing.span({ name: `${name}1` }, () => Promise.resolve());
        }),
      ),
    ),
  );
  await tracing.close(1_000);
  const nameOf = new Map(
    exporter.spans.map((span) => [span.spanContext().spanId, span.name]),
  );
  const parents = exporter.spans.map((span) => [
    span.name,
    nameOf.get(span.parentSpanContext?.spanId ?? "") ?? null,
  ]);
  expect(Object.fromEntries(parents)).toEqual({
    outer: null,
    a: "outer",
    b: "outer",
    a1: "a",
    b1: "b",
  });
});

test("a carrier names the span in hand, and its spans go on below it elsewhere", async () => {
  const here = traced();
  const elsewhere = traced();
  const carrier = await here.tracing.span({ name: "here" }, () =>
    Promise.resolve(here.tracing.carrier()),
  );
  await elsewhere.tracing.span({ name: "there", parent: carrier }, () =>
    Promise.resolve(),
  );
  await here.tracing.close(1_000);
  await elsewhere.tracing.close(1_000);
  const [sent] = here.exporter.spans;
  const [received] = elsewhere.exporter.spans;
  expect(received?.parentSpanContext).toMatchObject({
    traceId: sent?.spanContext().traceId,
    spanId: sent?.spanContext().spanId,
  });
  expect(here.tracing.carrier()).toBeNull();
});

test("a span that was over gets the id that was given out for it", async () => {
  const { exporter, tracing } = traced();
  const parent = {
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  };
  const span = { name: "ended", parent, startMs: 2_000, endMs: 1_000 };
  tracing.record({ ...span, spanId: "00f067aa0ba902b7", failure: null });
  tracing.record({
    ...span,
    parent: { traceparent: parent.traceparent.replace(/01$/, "00") },
    name: "not sampled",
    spanId: "00f067aa0ba902b8",
    failure: null,
  });
  await tracing.close(1_000);
  expect(exporter.spans.map(({ name }) => name)).toEqual(["ended"]);
  expect(exporter.spans[0]?.spanContext().spanId).toBe("00f067aa0ba902b7");
  expect(exporter.spans[0]?.duration).toEqual([0, 0]);
});

test("what was thrown is told by its code, and thrown on", async () => {
  const { exporter, tracing } = traced();
  const error = new RefillError("SOURCE_FORBIDDEN", "for hunter2");
  const work = tracing.span({ name: "work" }, () => Promise.reject(error));
  await expect(work).rejects.toBe(error);
  await tracing.close(1_000);
  const [span] = exporter.spans;
  expect(span?.attributes).toEqual({ "error.type": "SOURCE_FORBIDDEN" });
  expect(span?.status.message).toBe("SOURCE_FORBIDDEN");
  expect(span?.events).toEqual([]);
});

test("a collector that never answers costs a bounded number of spans, and an end within the limit", async () => {
  const { exporter, tracing } = traced();
  exporter.isStuck = true;
  for (let n = 0; n < 10_000; n += 1) {
    await tracing.span({ name: "run" }, () => Promise.resolve());
  }
  await tracing.close(10);
  // A batch was given to the exporter, 2,048 waited, and the others were dropped.
  expect(exporter.spans.length).toBeLessThanOrEqual(2_048 + 512);
  exporter.release();
});

test("without an endpoint there is no tracing, and with a protocol that is not spoken a warning", async () => {
  const lines: string[] = [];
  const open = (settings: { readonly protocol: string } | null) =>
    openTracing({
      settings,
      service: "refill",
      say: (line) => lines.push(line),
    });
  expect(await open(null)).toBe(noTracing);
  expect(lines).toEqual([]);
  expect(await open({ protocol: "grpc" })).toBe(noTracing);
  expect(lines).toEqual([expect.stringMatching(/^WARNING .*got grpc/)]);
});
