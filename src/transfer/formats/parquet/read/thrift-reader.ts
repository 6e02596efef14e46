import { notOurParquet } from "./not-our-parquet.js";

/** What a field of a struct holds. Whole numbers up to 2^53. */
export type ThriftValue =
  boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** The fields that are there, by their number. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const type = {
  stop: 0,
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

/** Reads what ThriftWriter writes: Thrift's compact protocol, as far as Parquet's metadata needs it. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  /** The byte after what was read. */
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    const { buffer, byteOffset, byteLength } = bytes;
    this.#bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.position = position;
  }

  /** @throws RefillError DESTINATION_DATA_INVALID */
  struct(): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    let field = 0;
    for (;;) {
      const header = this.#byte();
      if (header === type.stop) return fields;
      const delta = header >>> 4;
      field = delta === 0 ? unzigzag(this.#varint()) : field + delta;
      fields.set(field, this.#value(header & 0xf));
    }
  }

  #value(fieldType: number): ThriftValue {
    switch (fieldType) {
      case type.true:
        return true;
      case type.false:
        return false;
      case type.i8:
        return this.#byte();
      case type.i16:
      case type.i32:
      case type.i64:
        return unzigzag(this.#varint());
      case type.binary:
        return this.#binary();
      case type.list:
        return this.#list();
      case type.struct:
        return this.struct();
      default:
        throw notOurParquet(`a Thrift field of type ${fieldType}`);
    }
  }

  #list(): readonly ThriftValue[] {
    const header = this.#byte();
    const short = header >>> 4;
    const size = short === 0xf ? this.#varint() : short;
    return Array.from({ length: size }, () => this.#value(header & 0xf));
  }

  #binary(): Uint8Array {
    const size = this.#varint();
    const from = this.position;
    this.position += size;
    return this.#bytes.subarray(from, this.position);
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw notOurParquet("metadata that is cut short");
    this.position += 1;
    return byte;
  }
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
