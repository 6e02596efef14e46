/** Types of Thrift's compact protocol, as they stand in a field's header. */
const type = {
  true: 1,
  false: 2,
  i8: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  binary: 8,
  list: 9,
  struct: 12,
} as const;

const firstBytes = 1024;

/**
 * Writes Thrift's compact protocol, as far as Parquet's metadata needs it. Fields of a struct go in ascending order.
 * Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
 */
export class ThriftWriter {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #length = 0;
  #lastField = 0;

  /** What was written, ended as a struct is. */
  finish(): Buffer {
    this.#byte(0);
    return this.#bytes.subarray(0, this.#length);
  }

  bool(field: number, value: boolean): void {
    this.#header(field, value ? type.true : type.false);
  }

  i8(field: number, value: number): void {
    this.#header(field, type.i8);
    this.#byte(value & 0xff);
  }

  i16(field: number, value: number): void {
    this.#header(field, type.i16);
    this.#varint(zigzag(value));
  }

  i32(field: number, value: number): void {
    this.#header(field, type.i32);
    this.#varint(zigzag(value));
  }

  /** Whole numbers up to 2^52: sizes, offsets and counts. */
  i64(field: number, value: number): void {
    this.#header(field, type.i64);
    this.#varint(zigzag(value));
  }

  binary(field: number, value: Uint8Array | string): void {
    this.#header(field, type.binary);
    this.#rawBinary(value);
  }

  struct(field: number, write: () => void): void {
    this.#header(field, type.struct);
    this.#nested(write);
  }

  structs<Item>(
    field: number,
    items: readonly Item[],
    write: (item: Item) => void,
  ): void {
    this.#list(field, type.struct, items.length);
    for (const item of items) {
      this.#nested(() => {
        write(item);
      });
    }
  }

  i32s(field: number, values: readonly number[]): void {
    this.#list(field, type.i32, values.length);
    for (const value of values) this.#varint(zigzag(value));
  }

  strings(field: number, values: readonly string[]): void {
    this.#list(field, type.binary, values.length);
    for (const value of values) this.#rawBinary(value);
  }

  #nested(write: () => void): void {
    const outer = this.#lastField;
    this.#lastField = 0;
    write();
    this.#byte(0);
    this.#lastField = outer;
  }

  #header(field: number, fieldType: number): void {
    const delta = field - this.#lastField;
    if (delta < 1 || delta > 15) throw new Error(`Field ${field} is too far.`);
    this.#byte((delta << 4) | fieldType);
    this.#lastField = field;
  }

  #list(field: number, itemType: number, size: number): void {
    this.#header(field, type.list);
    if (size < 15) {
      this.#byte((size << 4) | itemType);
    } else {
      this.#byte(0xf0 | itemType);
      this.#varint(size);
    }
  }

  #rawBinary(value: Uint8Array | string): void {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    this.#varint(bytes.byteLength);
    this.#reserve(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.byteLength) return;
    const grown = Buffer.allocUnsafe(
      Math.max(needed, this.#bytes.byteLength * 2),
    );
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** Small numbers of either sign become small numbers. By arithmetic, because shifts end at 32 bits. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
