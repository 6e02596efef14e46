/** The least and the greatest value of a column in a row group, as the format's statistics have them. */
export interface Bounds {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
  /** Whether each is a value of the column, or only below, or above, all of them. */
  readonly isMinExact: boolean;
  readonly isMaxExact: boolean;
}
