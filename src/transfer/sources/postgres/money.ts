import type { TypeFacts } from "./value-type.js";

const moneyType = 790;
const numericType = 1700;

/**
 * Money is an integer whose meaning (decimals, sign of the currency) is the setting lc_monetary of whoever reads it. As a number
 * it means the same everywhere, so that is how it is read: what the database itself takes it for.
 */
export function isMoney({ base }: Pick<TypeFacts, "base">): boolean {
  return base === moneyType;
}

/** What there is to know of the number that money is read as. */
export function asNumeric<Facts extends TypeFacts>(facts: Facts): Facts {
  return isMoney(facts) ? { ...facts, base: numericType, modifier: -1 } : facts;
}
