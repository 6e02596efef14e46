/** The fields of one column in a stretch of rows, where they arrived. Not valid beyond the call that they are passed to. */
export interface Fields {
  readonly bytes: Uint8Array;
  /** Of the same bytes. */
  readonly view: DataView;
  /** Where each value begins in `bytes`. */
  readonly starts: Int32Array;
  /** Bytes of each value; -1 is NULL. */
  readonly lengths: Int32Array;
}

/** Fields from `from` up to, not including, `to`. */
export interface FieldRange {
  readonly fields: Fields;
  readonly from: number;
  readonly to: number;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
