import { expect, test } from "@jest/globals";
import {
  carrierFrom,
  withParent,
  workflowSpanId,
} from "../../src/contract/trace-context.js";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("a carrier keeps what it is made of, and nothing else", () => {
  const given = { traceparent, tracestate: "a=b", baggage: "user=alice" };
  expect(carrierFrom(() => given)).toEqual({ traceparent, tracestate: "a=b" });
});

test.each([
  undefined,
  null,
  "text",
  {},
  { traceparent: 1 },
  { traceparent: "00-short-b7ad6b7169203331-01" },
  { traceparent: `99${traceparent.slice(2)}` },
])("what names no span is no carrier: %j", (value) => {
  expect(carrierFrom(() => value)).toBeNull();
});

test("a header that can't be decoded is no carrier", () => {
  const carrier = carrierFrom(() => {
    throw new Error("not JSON");
  });
  expect(carrier).toBeNull();
});

test("another parent leaves the trace and its sampling as they are", () => {
  const unsampled = traceparent.replace(/01$/, "00");
  expect(
    withParent(
      { traceparent: unsampled, tracestate: "a=b" },
      "00f067aa0ba902b7",
    ),
  ).toEqual({
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00",
    tracestate: "a=b",
  });
});

test("a Temporal run's span is named by the random half of its id, on whatever worker", () => {
  expect(workflowSpanId("019aBc12-7f00-7abc-8def-0123456789ab")).toBe(
    "8def0123456789ab",
  );
});

test.each(["", "test-run", "00000000-0000-0000-0000-000000000000"])(
  "an id that is none of Temporal's names no span: %j",
  (id) => {
    expect(workflowSpanId(id)).toBeNull();
  },
);
