import { expect, test } from "@jest/globals";
import { apiFixture } from "./api-fixture.js";

const api = apiFixture();

test("a server all of whose connections are at work is ready: its database answers", async () => {
  const { pool } = api.refill();
  const taken = await Promise.all(
    Array.from({ length: pool.options.max }, () => pool.connect()),
  );
  try {
    expect(pool.idleCount).toBe(0);
    const ask = () => api.ask(null, "GET", "/readyz");
    for (const answer of await Promise.all([ask(), ask()])) {
      expect([answer.status, answer.json()]).toEqual([200, { status: "ok" }]);
    }
  } finally {
    for (const client of taken) client.release();
  }
});
