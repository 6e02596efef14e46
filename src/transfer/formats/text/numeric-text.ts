import { type FieldRange, viewOf } from "../binary/fields.js";
import { numericLayout, numericSign } from "../binary/numeric-layout.js";
import { fourDigits, integerText } from "./integers.js";

const point = 0x2e;
const minus = 0x2d;
const digitsPerPlace = 4;

/** Makes the text of numerics that Postgres would, every digit kept. What it returns is valid until the next call. */
export class NumericTexts {
  #bytes = new Uint8Array(64 * 1024);
  #starts = new Int32Array(0);
  #lengths = new Int32Array(0);

  convert({ fields, from, to }: FieldRange): FieldRange {
    if (this.#starts.length < to) {
      this.#starts = new Int32Array(to);
      this.#lengths = new Int32Array(to);
    }
    let end = 0;
    for (let row = from; row < to; row += 1) {
      this.#starts[row] = end;
      this.#lengths[row] = -1;
      if ((fields.lengths[row] ?? -1) < 0) continue;
      const start = fields.starts[row] ?? 0;
      this.#reserve(end, longestNumericText(fields.view, start));
      const textEnd = writeNumericText(fields.view, start, this.#bytes, end);
      this.#lengths[row] = textEnd - end;
      end = textEnd;
    }
    const bytes = this.#bytes;
    const places = { starts: this.#starts, lengths: this.#lengths };
    return { fields: { bytes, view: viewOf(bytes), ...places }, from, to };
  }

  #reserve(end: number, sizeBytes: number): void {
    if (end + sizeBytes <= this.#bytes.byteLength) return;
    const grown = new Uint8Array((end + sizeBytes) * 2);
    grown.set(this.#bytes.subarray(0, end));
    this.#bytes = grown;
  }
}

/** No text of this numeric is longer. */
export function longestNumericText(view: DataView, start: number): number {
  const weight = view.getInt16(start + numericLayout.weight);
  const scale = view.getInt16(start + numericLayout.scale) & 0x3fff;
  return (Math.max(weight, 0) + 1) * digitsPerPlace + scale + 16;
}

/** Writes a numeric as Postgres does: every digit, `NaN`, `Infinity`. @returns the position after the text */
export function writeNumericText(
  view: DataView,
  start: number,
  target: Uint8Array,
  at: number,
): number {
  const sign = view.getUint16(start + numericLayout.sign);
  if (sign >= numericSign.nan) return writeWord(sign, target, at);
  let end = at;
  if (sign === numericSign.negative) target[end++] = minus;
  end = writeWhole(view, start, target, end);
  const scale = view.getInt16(start + numericLayout.scale);
  if (scale === 0) return end;
  target[end++] = point;
  return writeFraction(view, start, target, end, scale);
}

function writeWord(sign: number, target: Uint8Array, at: number): number {
  const word = Buffer.from(
    sign === numericSign.nan
      ? "NaN"
      : sign === numericSign.infinity
        ? "Infinity"
        : "-Infinity",
  );
  target.set(word, at);
  return at + word.byteLength;
}

function writeWhole(
  view: DataView,
  start: number,
  target: Uint8Array,
  at: number,
): number {
  const weight = view.getInt16(start + numericLayout.weight);
  let end = integerText(digitsOf(view, start, Math.max(weight, 0)), target, at);
  for (let place = weight - 1; place >= 0; place -= 1) {
    end = fourDigits(digitsOf(view, start, place), target, end);
  }
  return end;
}

/** Whole places, of which the last may be more than is wanted. */
function writeFraction(
  view: DataView,
  start: number,
  target: Uint8Array,
  at: number,
  scale: number,
): number {
  let end = at;
  for (let place = -1; end < at + scale; place -= 1) {
    end = fourDigits(digitsOf(view, start, place), target, end);
  }
  return at + scale;
}

/** The four digits that are worth 10,000^place: those not written are zero. */
function digitsOf(view: DataView, start: number, place: number): number {
  const index = view.getInt16(start + numericLayout.weight) - place;
  const count = view.getInt16(start + numericLayout.count);
  return index < 0 || index >= count
    ? 0
    : view.getInt16(start + numericLayout.digits + 2 * index);
}
