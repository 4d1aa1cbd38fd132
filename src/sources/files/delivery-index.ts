/** Numbers the deliveries of a ledger: the same pair of message and recipient has the same number. */
import { GrowingArray } from './growing-array.js';
import type { TextRef } from './text-pool.js';

const FIRST_SLOTS = 1024;

export class DeliveryIndex {
  readonly #messages = new GrowingArray(Uint32Array);
  readonly #recipients = new GrowingArray(Uint32Array);
  /** Open addressing; holds the number plus one, so that 0 is free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** -1 when the pair has no number. */
  find(message: TextRef, recipient: TextRef): number {
    return (this.#slots[this.#slotOf(message, recipient)] ?? 0) - 1;
  }

  /** The next number, from 0, for a pair that has none. */
  add(message: TextRef, recipient: TextRef): number {
    if (this.#count * 2 >= this.#slots.length) this.#growSlots();
    const delivery = this.#count;
    this.#messages.set(delivery, message);
    this.#recipients.set(delivery, recipient);
    this.#slots[this.#slotOf(message, recipient)] = delivery + 1;
    this.#count += 1;
    return delivery;
  }

  message(delivery: number): TextRef {
    return this.#messages.get(delivery);
  }

  recipient(delivery: number): TextRef {
    return this.#recipients.get(delivery);
  }

  /** The slot of the pair, or the free one where it belongs. */
  #slotOf(message: TextRef, recipient: TextRef): number {
    const mask = this.#slots.length - 1;
    const hash = Math.imul(Math.imul(message, 0x9e3779b1) ^ recipient, 0x85ebca6b);
    for (let slot = (hash >>> 8) & mask; ; slot = (slot + 1) & mask) {
      const delivery = (this.#slots[slot] ?? 0) - 1;
      if (delivery === -1) return slot;
      if (this.#messages.get(delivery) === message && this.#recipients.get(delivery) === recipient)
        return slot;
    }
  }

  #growSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let delivery = 0; delivery < this.#count; delivery += 1) {
      const slot = this.#slotOf(this.message(delivery), this.recipient(delivery));
      this.#slots[slot] = delivery + 1;
    }
  }
}
