import type { CustomTypesConfig } from "pg";
import pg from "pg";

type Parser = (text: string) => unknown;

const int8 = 20;
const int8Array = 1016;
/** date, timestamp, timestamptz: the default parsers lose microseconds and infinity. */
const textual: readonly number[] = [1082, 1114, 1184];
const textualArrays: readonly number[] = [1115, 1182, 1185];
const textArray = 1009;

/**
 * How values come out of the ledger: `bigint` as bigint, dates and timestamps as Postgres's own text, all else as the
 * driver does it. Given to each pool, because the driver's own table is shared by the whole process.
 */
export const valueParsers: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: string) =>
    format === "binary" ? driverParser(oid, format) : parserOf(oid)) as never,
};

function parserOf(oid: number): Parser {
  if (oid === int8) return BigInt;
  if (textual.includes(oid)) return (text) => text;
  if (oid === int8Array) return bigints;
  if (textualArrays.includes(oid)) return strings;
  return driverParser(oid, "text");
}

function bigints(text: string): (bigint | null)[] {
  return strings(text).map((item) => (item === null ? null : BigInt(item)));
}

function strings(text: string): (string | null)[] {
  return driverParser(textArray, "text")(text) as (string | null)[];
}

/** The driver's typings allow only the types that they list by name. */
const driverParser = pg.types.getTypeParser as unknown as (
  oid: number,
  format: string,
) => Parser;
