import {
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "@jest/globals";
import { verifyWorkflowId } from "../../../src/contract/verification.js";
import {
  cancelVerification,
  readVerification,
  startVerification,
} from "../../../src/operations/backfills/verify-backfill.js";
import {
  createEventsExport,
  type Installation,
  untilClosed,
} from "../../integration/backfill/installation.js";
import { keepHistory, removeUnreleased } from "../recorded-histories.js";
import { install, startDays } from "./recording.js";

let refill: Installation;

beforeAll(() => {
  removeUnreleased("verification");
});

describe("a verification", () => {
  beforeEach(async () => {
    refill = await install();
  });
  afterEach(() => refill.remove());

  /** Verifies a completed backfill. With no worker up, where `stopped`. */
  async function verification({ stopped }: { readonly stopped: boolean }) {
    await createEventsExport(refill.context);
    const worker = refill.startWorker();
    const { id } = await startDays(refill);
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
    });
    if (stopped) await worker.stop();
    return startVerification(refill.context, { id, deep: false });
  }

  async function recordVerification(
    name: string,
    { id }: { readonly id: string },
    status: string,
  ): Promise<void> {
    const handle = refill.temporal.workflow.getHandle(verifyWorkflowId(id));
    await handle.result().catch(() => undefined);
    const found = await readVerification(refill.context, { id });
    expect(found.status).toBe(status);
    keepHistory(`verification/${name}`, await handle.fetchHistory());
  }

  test("of a completed backfill", async () => {
    const begun = await verification({ stopped: false });
    await recordVerification("verified", begun, "Completed");
  });

  test("that is cancelled", async () => {
    const begun = await verification({ stopped: true });
    await cancelVerification(refill.context, begun);
    refill.startWorker();
    await recordVerification("cancelled", begun, "Cancelled");
  });

  test("of a source that is gone", async () => {
    const begun = await verification({ stopped: true });
    await refill.pool.query("drop table public.events cascade");
    refill.startWorker();
    await recordVerification("failed", begun, "Failed");
  });
});
