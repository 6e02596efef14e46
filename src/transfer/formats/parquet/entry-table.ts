const firstSlots = 1024;
const noEntry = -1;

/** An open hash table that numbers different values in the order of their first occurrence. What they are, its user knows. */
export class EntryTable {
  #slots = new Int32Array(firstSlots).fill(noEntry);
  #hashes = new Int32Array(firstSlots);
  count = 0;

  /** The slot to begin looking at. */
  slotOf(hash: number): number {
    return hash & (this.#slots.length - 1);
  }

  next(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  /** Below zero where there is none. */
  entryAt(slot: number): number {
    return this.#slots[slot] ?? noEntry;
  }

  hashOf(entry: number): number {
    return this.#hashes[entry] ?? 0;
  }

  /** Adds an entry at the free slot that the search ended at. */
  add(slot: number, hash: number): number {
    const entry = this.count;
    this.count += 1;
    this.#slots[slot] = entry;
    if (entry >= this.#hashes.length) this.#hashes = doubled(this.#hashes);
    this.#hashes[entry] = hash;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return entry;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(noEntry);
    for (let entry = 0; entry < this.count; entry += 1) {
      let slot = this.slotOf(this.hashOf(entry));
      while (this.entryAt(slot) !== noEntry) slot = this.next(slot);
      this.#slots[slot] = entry;
    }
  }
}

/** The same numbers with as much room again. */
export function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(values.length * 2);
  grown.set(values);
  return grown;
}
