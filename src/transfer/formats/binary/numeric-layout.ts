/**
 * Postgres's numeric in binary: digits to the base of 10,000, the first worth 10,000^weight. Four 16-bit numbers stand
 * before them: how many digits, the weight, the sign, the decimal digits after the point. Source: utils/adt/numeric.c.
 */
export const numericLayout = {
  count: 0,
  weight: 2,
  sign: 4,
  scale: 6,
  digits: 8,
} as const;

export const numericSign = {
  negative: 0x4000,
  nan: 0xc000,
  infinity: 0xd000,
  minusInfinity: 0xf000,
} as const;
