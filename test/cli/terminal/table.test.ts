import { describe, expect, test } from "@jest/globals";
import { shortened } from "../../../src/cli/terminal/printable.js";
import {
  createTable,
  renderDetails,
  renderTable,
} from "../../../src/cli/terminal/table.js";

describe("a table", () => {
  test("lines its columns up below their titles", () => {
    const text = renderTable(
      [{ title: "NAME" }, { title: "RUNS", align: "right" }, { title: "ID" }],
      [
        ["flights", "1,000", "a"],
        ["x", "7", "b"],
      ],
    );
    expect(text).toBe(
      ["NAME      RUNS  ID", "flights  1,000  a", "x            7  b", ""].join(
        "\n",
      ),
    );
  });

  test("that comes in blocks has its titles once and keeps its widths", () => {
    const table = createTable([{ title: "A", minWidth: 4 }, { title: "B" }]);
    expect(table.block([["1", "x"]])).toBe("A     B\n1     x\n");
    expect(table.block([["22", "y"]])).toBe("22    y\n");
    expect(table.block([])).toBe("");
  });

  test("never lets a cell move the cursor or break the line", () => {
    const text = renderTable([{ title: "NOTE" }], [["a\u001b[2Jb\nc\u202ed"]]);
    expect(text).toBe("NOTE\na [2Jb c d\n");
  });
});

test("details stand in one column, and what is absent reads -", () => {
  const text = renderDetails([
    ["Status", "Running"],
    ["Id", null],
  ]);
  expect(text).toBe("Status  Running\nId      -\n");
});

test("a text that is too long is cut and marked", () => {
  expect(shortened("abcdef", 6)).toBe("abcdef");
  expect(shortened("abcdefg", 6)).toBe("abc...");
});
