import { type FieldRange, viewOf } from "../binary/fields.js";
import { unscaledNumber } from "./numeric.js";

/** 128 bits hold every DECIMAL that readers know. */
const words = 4;

/** Makes big-endian numbers of one length of numerics: DECIMALs of more than 18 digits. Valid until the next call. */
export class DecimalBytes {
  readonly #decimal: { readonly name: string; readonly scale: number };
  readonly #widthBytes: number;
  readonly #words = new Uint32Array(words);
  #bytes = new Uint8Array(0);
  #starts = new Int32Array(0);
  #lengths = new Int32Array(0);

  constructor(
    decimal: { readonly name: string; readonly scale: number },
    widthBytes: number,
  ) {
    this.#decimal = decimal;
    this.#widthBytes = widthBytes;
  }

  convert({ fields, from, to }: FieldRange): FieldRange {
    this.#reserve(to);
    let end = 0;
    for (let row = from; row < to; row += 1) {
      this.#starts[row] = end;
      this.#lengths[row] = -1;
      if ((fields.lengths[row] ?? -1) < 0) continue;
      const start = fields.starts[row] ?? 0;
      unscaledNumber(fields.view, start, this.#decimal, this.#words);
      this.#writeNumber(end);
      this.#lengths[row] = this.#widthBytes;
      end += this.#widthBytes;
    }
    const bytes = this.#bytes;
    const places = { starts: this.#starts, lengths: this.#lengths };
    return { fields: { bytes, view: viewOf(bytes), ...places }, from, to };
  }

  #writeNumber(at: number): void {
    const last = at + this.#widthBytes - 1;
    for (let index = 0; index < this.#widthBytes; index += 1) {
      const word = this.#words[index >>> 2] ?? 0;
      this.#bytes[last - index] = word >>> (8 * (index & 3));
    }
  }

  #reserve(rows: number): void {
    if (this.#starts.length >= rows) return;
    this.#bytes = new Uint8Array(rows * this.#widthBytes);
    this.#starts = new Int32Array(rows);
    this.#lengths = new Int32Array(rows);
  }
}
