import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MAX_HISTORY_EVENTS } from "../../../src/domain/backfills/window-state.js";
import { type Choose, maxConcurrency, WindowWorld } from "./window-world.js";

const options = fc.record({
  runs: fc.integer({ min: 0, max: 60 }),
  batchRuns: fc.integer({ min: 1, max: 7 }),
  concurrency: fc.integer({ min: 1, max: maxConcurrency }),
  stopAfter: fc.integer({ min: 0, max: 4 }),
  probes: fc.integer({ min: 0, max: 4 }),
});

const choices = fc.array(fc.nat(), { maxLength: 300, size: "max" });

/** Everything goes well: no run fails, no activity is lost, nothing is asked. */
const benign: Choose = (below) => (below === 4 || below === 3 ? 1 : 0);

function chooser(numbers: readonly number[]): Choose {
  let index = 0;
  return (below) => {
    index += 1;
    return (numbers[index - 1] ?? 0) % below;
  };
}

/** The world after as many steps as there are choices for, or at its end. */
function lived(
  of: ConstructorParameters<typeof WindowWorld>[0],
  numbers: readonly number[],
): WindowWorld {
  const world = new WindowWorld(of);
  const choose = chooser(numbers);
  for (let n = 0; n < numbers.length && !world.isOver; n += 1) {
    world.step(choose);
  }
  return world;
}

/** From here on all goes well, and every activity ends. */
function untilOver(world: WindowWorld, limit = 2_000): void {
  for (let n = 0; !world.isOver; n += 1) {
    if (n > limit) throw new Error(`Stuck: ${JSON.stringify(world.state)}`);
    const [slot] = world.exports.keys();
    if (world.look !== null) world.answerLook(benign);
    else if (slot !== undefined) world.endExport(slot, benign);
    else if (world.state.timer !== null) world.passTime();
    else throw new Error(`Idle: ${JSON.stringify(world.state)}`);
  }
}

const whateverHappens = { numRuns: 300 };

describe("whatever happens to a window", () => {
  test("its invariants hold at every step", () => {
    // WindowWorld checks them, and throws.
    fc.assert(
      fc.property(options, choices, (of, numbers) => {
        expect(lived(of, numbers).steps).toBeGreaterThan(0);
      }),
      whateverHappens,
    );
  });

  test("it ends once it is resumed and all goes well", () => {
    fc.assert(
      fc.property(options, choices, (of, numbers) => {
        const world = lived(of, numbers);
        world.view = { ...world.view, pausedBy: null };
        if (!world.isOver) world.tell({ kind: "changed" });
        untilOver(world);
        expect(world.state.end).not.toBeNull();
      }),
      whateverHappens,
    );
  });

  test("it ends while it is paused, where it is drained, cancelled or full", () => {
    const ends = fc.constantFrom<Partial<WindowWorld["view"]>>(
      { isDraining: true },
      { isCancelled: true },
      { historyEvents: MAX_HISTORY_EVENTS + 1 },
    );
    fc.assert(
      fc.property(options, choices, ends, (of, numbers, asked) => {
        const world = lived(of, numbers);
        world.view = { ...world.view, pausedBy: "operator", ...asked };
        const begun = world.exports.size;
        if (!world.isOver) world.tell({ kind: "changed" });
        expect(world.exports.size).toBe(begun);
        untilOver(world, 20);
      }),
      whateverHappens,
    );
  });
});

describe("a window to which nothing is asked", () => {
  test("drains in one pass", () => {
    fc.assert(
      fc.property(options, (of) => {
        const world = new WindowWorld(of);
        untilOver(world);
        expect(world.state).toMatchObject({ end: "drained" });
        expect(world.open.size).toBe(0);
        expect(world.state.pass).toBe(1);
      }),
    );
  });
});

describe("a canary", () => {
  const many = { runs: 40, batchRuns: 5, concurrency: 4, stopAfter: 3 };

  /** The runs of a probe are looked at, and none is completed. */
  function fail(world: WindowWorld): void {
    const [probe] = world.exports.values();
    if (probe === undefined) throw new Error("Expected a probe");
    const { slot, batch } = probe;
    world.exports.delete(slot);
    world.seen.add(batch.from);
    world.tell({
      kind: "exported",
      slot,
      next: null,
      completed: 0,
      stoppedBy: "other",
    });
  }

  test("is as many probes as it may be, one after the other, and then the window opens", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), (probes) => {
        const world = new WindowWorld({ ...many, probes });
        world.answerLook(benign);
        for (let n = 0; n < probes; n += 1) {
          expect([...world.exports.values()]).toMatchObject([
            { slot: 0, batch: { from: n, to: n + 1 } },
          ]);
          fail(world);
        }
        expect(world.exports.size).toBe(4);
      }),
    );
  });

  test("ends with the first run that is completed", () => {
    const world = new WindowWorld({ ...many, probes: 3 });
    world.answerLook(benign);
    fail(world);
    world.endExport(0, benign);
    expect(world.state.probesLeft).toBe(0);
    expect(world.exports.size).toBe(4);
  });

  test("keeps the others waiting for its limit at most", () => {
    const world = new WindowWorld({ ...many, probes: 3 });
    world.answerLook(benign);
    expect(world.state.timer).toMatchObject({ kind: "canary", ms: 5 });
    world.passTime();
    expect(world.exports.size).toBe(4);
  });

  test("keeps to that limit whatever else happens meanwhile", () => {
    const world = new WindowWorld({ ...many, probes: 3 });
    world.answerLook(benign);
    const { timer } = world.state;
    world.view = { ...world.view, concurrency: 2 };
    world.tell({ kind: "changed" });
    expect(world.state.timer).toBe(timer);
  });

  test("goes out again after a pause for failures, and not after another one", () => {
    for (const pausedBy of ["failures", "operator"] as const) {
      const world = new WindowWorld({ ...many, probes: 0 });
      world.answerLook(benign);
      world.view = { ...world.view, pausedBy };
      for (const slot of [...world.exports.keys()]) {
        world.endExport(slot, benign);
      }
      world.answerLook(benign);
      expect(world.state.rest).toMatchObject({ kind: "paused" });
      world.view = { ...world.view, pausedBy: null };
      world.tell({ kind: "changed" });
      expect(world.exports.size).toBe(pausedBy === "failures" ? 1 : 4);
    }
  });
});

describe("a continue-as-new", () => {
  const of = {
    runs: 400,
    batchRuns: 3,
    concurrency: 3,
    stopAfter: 0,
    probes: 0,
  };

  /** A window in which one activity does not end, while others do. */
  function withLongRun(): WindowWorld {
    const world = new WindowWorld(of);
    world.answerLook(benign);
    world.view = { ...world.view, isContinueAsNewSuggested: true };
    for (const slot of [1, 2]) world.endExport(slot, benign);
    return world;
  }

  test("waits until nothing is in flight, and begins nothing meanwhile", () => {
    const world = withLongRun();
    expect([...world.exports.keys()]).toEqual([0]);
    world.endExport(0, benign);
    expect(world.state.end).toBe("continue-as-new");
  });

  test("is put off for a long run, the other lanes go on in longer activities, and it comes when that has ended", () => {
    const world = withLongRun();
    expect(world.state.timer).toMatchObject({ kind: "patience", ms: 15 });
    world.passTime();
    expect([...world.exports.keys()].sort()).toEqual([0, 1, 2]);
    expect(world.exports.get(1)).toMatchObject({ beginForMs: 120_000 });
    world.endExport(1, benign);
    expect(world.exports.has(1)).toBe(true);
    world.endExport(0, benign);
    expect(world.exports.has(0)).toBe(false);
    for (const slot of [...world.exports.keys()]) {
      world.endExport(slot, benign);
    }
    expect(world.state.end).toBe("continue-as-new");
  });

  test("that was put off comes without fail once the history is full", () => {
    const world = withLongRun();
    world.passTime();
    world.view = { ...world.view, historyEvents: MAX_HISTORY_EVENTS + 1 };
    for (const slot of [1, 2]) world.endExport(slot, benign);
    expect([...world.exports.keys()]).toEqual([0]);
    expect(world.state.timer).toBeNull();
    world.endExport(0, benign);
    expect(world.state.end).toBe("continue-as-new");
  });
});

describe("a window that is paused", () => {
  const of = {
    runs: 4,
    batchRuns: 2,
    concurrency: 2,
    stopAfter: 0,
    probes: 0,
  };

  function paused(world: WindowWorld): WindowWorld {
    world.view = { ...world.view, pausedBy: "operator" };
    world.tell({ kind: "changed" });
    return world;
  }

  test("drains all the same when no run was left to begin", () => {
    const world = new WindowWorld(of);
    world.answerLook(benign);
    paused(world);
    for (const slot of [0, 1]) world.endExport(slot, benign);
    world.answerLook(benign);
    expect(world.state.end).toBe("drained");
  });

  test("is ended at once by a drain", () => {
    const world = new WindowWorld(of);
    paused(world).answerLook(benign);
    world.answerLook(benign);
    expect(world.state.rest).toMatchObject({ kind: "paused" });
    world.view = { ...world.view, isDraining: true };
    world.tell({ kind: "changed" });
    expect(world.state.end).toBe("cancelled");
  });
});

test("a lane that finds no room, with no other lane at work, has lost runs settled before it tries again", () => {
  const world = new WindowWorld({
    runs: 10,
    batchRuns: 4,
    concurrency: 1,
    stopAfter: 0,
    probes: 0,
  });
  world.answerLook(benign);
  world.exports.delete(0);
  const full = { next: 0, completed: 0, stoppedBy: "full" } as const;
  world.tell({ kind: "exported", slot: 0, ...full });
  expect(world.exports.size).toBe(0);
  expect(world.look).toMatchObject({ idle: true, after: -1 });
  world.answerLook(benign);
  expect(world.exports.get(0)).toMatchObject({ batch: { from: 0, to: 4 } });
});

describe("a cancel that the ledger knows of", () => {
  function cancelledByLedger(): WindowWorld {
    const world = new WindowWorld({
      runs: 10,
      batchRuns: 2,
      concurrency: 1,
      stopAfter: 0,
      probes: 0,
    });
    world.answerLook(benign);
    world.exports.delete(0);
    world.tell({
      kind: "exported",
      slot: 0,
      next: 0,
      completed: 0,
      stoppedBy: "cancel",
    });
    return world;
  }

  test("waits for Temporal's own, and ends with it", () => {
    const world = cancelledByLedger();
    expect(world.isOver).toBe(false);
    world.view = { ...world.view, isCancelled: true };
    world.tell({ kind: "changed" });
    expect(world.state.end).toBe("cancelled");
  });

  test("is not lost to a continue-as-new", () => {
    const world = cancelledByLedger();
    world.view = { ...world.view, isContinueAsNewSuggested: true };
    world.tell({ kind: "changed" });
    expect(world.isOver).toBe(false);
  });

  test("ends without it after a while", () => {
    const world = cancelledByLedger();
    expect(world.state.timer).toMatchObject({ kind: "cancel-arrival", ms: 10 });
    world.passTime();
    expect(world.state.end).toBe("cancelled");
  });
});

test.each([
  ["as one that was cancelled may, in a window that is cancelled", true, true],
  ["in another way", true, false],
  ["in a window that is not cancelled", false, true],
])(
  "an activity that fails %s, is a failure or not",
  (_how, isCancelled, isCancelledActivity) => {
    const world = new WindowWorld({
      runs: 10,
      batchRuns: 2,
      concurrency: 1,
      stopAfter: 0,
      probes: 0,
    });
    world.answerLook(benign);
    world.exports.delete(0);
    world.view = { ...world.view, isCancelled };
    world.tell({ kind: "export-failed", slot: 0, isCancelledActivity });
    expect(world.state.end).toBe(
      isCancelled && isCancelledActivity ? "cancelled" : "failed",
    );
  },
);
