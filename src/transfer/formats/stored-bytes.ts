/** An object as it is stored, to be read more than once. */
export interface StoredBytes {
  readonly sizeBytes: number;
  /** The bytes from there to the end. What is yielded holds until the next is asked for. */
  readonly read: (fromByte: number) => AsyncIterable<Uint8Array>;
}
