/**
 * Events of exports that have a row per event, gathered per message and recipient. A report of 500 MB has to fit,
 * so everything lies in typed arrays and in text outside the heap; objects are made when a delivery is asked for.
 */
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';

import {
  decodeEvent,
  decodeFacts,
  type DeliveryFacts,
  encodeEvent,
  encodeFacts,
  type EventFacts,
  type EventRecord,
  knownBits,
  mergedFacts,
} from './event-record.js';
import { meaningOf, outcomeWord } from './event-word.js';
import { GrowingArray } from './growing-array.js';
import { NO_TEXT, TextArena } from './text-arena.js';
import { deliveryKey } from './trace-id.js';

/** In place of a recipient: no address is empty. */
export const WHOLE_MESSAGE = '';

const USED = 1;
const EMPTY_SLOT = 0;

export class EventLedger {
  readonly #arena = new TextArena();
  readonly #keys = new GrowingArray(Uint32Array);
  readonly #hashes = new GrowingArray(Uint32Array);
  readonly #facts = new GrowingArray(Uint32Array);
  /** Which facts are known, a bit each, so that most rows need not look. */
  readonly #known = new GrowingArray(Uint16Array);
  readonly #lastEvents = new GrowingArray(Uint32Array);
  readonly #receivedAt = new GrowingArray(Float64Array);
  readonly #earliestAt = new GrowingArray(Float64Array);
  readonly #marks = new GrowingArray(Uint8Array);
  /** Open addressing; holds the delivery's number plus one. */
  #slots = new Uint32Array(1024);
  #count = 0;
  #messageWide = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** `recipient` may be `WHOLE_MESSAGE`: the event then belongs to each of its deliveries. */
  add(recipient: string, facts: EventFacts, event: EventRecord): void {
    const key = deliveryKey(facts.traceId ?? facts.messageId ?? '', recipient);
    const known = this.#find(key);
    const delivery = known === -1 ? this.#insert(key, recipient, facts) : known;
    if (known !== -1) this.#completeFacts(delivery, facts);
    this.#noteTimes(delivery, event);
    const last = this.#lastEvents.get(delivery);
    if (last !== NO_TEXT && meaningOf(event.word).isNoise) return;
    this.#lastEvents.set(delivery, this.#arena.append(encodeEvent(event), last));
  }

  /** The events of one delivery in causal order, and those of its whole message; null when there are none. */
  take(traceId: string, recipient: string): readonly TraceEvent[] | null {
    const own = this.#find(deliveryKey(traceId, recipient));
    const shared = this.#findMessageWide(traceId);
    if (own === -1 && shared === -1) return null;
    for (const delivery of [own, shared]) if (delivery !== -1) this.#marks.set(delivery, USED);
    return this.#storedEvents([own, shared]).map(traceEvent);
  }

  /** The deliveries that were never taken, as entries of their own. */
  *leftovers(): Generator<TraceEntry> {
    for (let delivery = 0; delivery < this.#count; delivery += 1) {
      const facts = this.#readFacts(delivery);
      if (facts.recipient === WHOLE_MESSAGE || this.#marks.get(delivery) === USED) continue;
      const shared = this.#findMessageWide(facts.traceId ?? facts.messageId ?? '');
      if (shared !== -1) this.#marks.set(shared, USED);
      yield this.#entry(delivery, facts, this.#storedEvents([delivery, shared]));
    }
  }

  /** Messages whose events name no recipient and fit no delivery; to be asked after all else was taken. */
  orphanCount(): number {
    let orphans = 0;
    for (let delivery = 0; this.#messageWide > 0 && delivery < this.#count; delivery += 1) {
      if (this.#marks.get(delivery) !== USED && this.#readFacts(delivery).recipient === WHOLE_MESSAGE)
        orphans += 1;
    }
    return orphans;
  }

  #entry(delivery: number, facts: DeliveryFacts, events: readonly EventRecord[]): TraceEntry {
    const received = this.#receivedAt.get(delivery);
    const words = events.map((event) => event.word);
    return {
      messageTraceId: facts.traceId,
      messageId: facts.messageId,
      sender: facts.sender ?? '',
      recipient: facts.recipient,
      subject: facts.subject,
      receivedAt: new Date(Number.isNaN(received) ? this.#earliestAt.get(delivery) : received),
      sizeBytes: facts.sizeBytes,
      fromIp: facts.fromIp,
      toIp: facts.toIp,
      status: outcomeWord(words) ?? words.at(-1) ?? '',
      directionHint: facts.direction,
      events: events.map(traceEvent),
    };
  }

  #storedEvents(deliveries: readonly number[]): readonly EventRecord[] {
    const texts = new Set<string>();
    for (const delivery of deliveries) {
      if (delivery === -1) continue;
      for (let ref = this.#lastEvents.get(delivery); ref !== NO_TEXT; ref = this.#arena.previous(ref)) {
        texts.add(this.#arena.text(ref));
      }
    }
    // The chain is newest row first; rows of one instant and rank keep the order of the file.
    const events = [...texts]
      .reverse()
      .map(decodeEvent)
      .filter((event) => event.isOwn)
      .sort(causally);
    const telling = events.filter((event) => !meaningOf(event.word).isNoise);
    return telling.length === 0 ? events : telling;
  }

  #noteTimes(delivery: number, event: EventRecord): void {
    if (event.atMs < this.#earliestAt.get(delivery)) this.#earliestAt.set(delivery, event.atMs);
    const received = this.#receivedAt.get(delivery);
    if (event.word.toUpperCase() !== 'RECEIVE' || received <= event.atMs) return;
    this.#receivedAt.set(delivery, event.atMs);
  }

  #completeFacts(delivery: number, facts: EventFacts): void {
    const known = this.#known.get(delivery);
    const added = knownBits(facts) & ~known;
    if (added === 0) return;
    this.#known.set(delivery, known | added);
    const before = this.#readFacts(delivery);
    const merged = encodeFacts(before.recipient, mergedFacts(before, facts));
    this.#facts.set(delivery, this.#arena.append(merged));
  }

  #readFacts(delivery: number): DeliveryFacts {
    return decodeFacts(this.#arena.text(this.#facts.get(delivery)));
  }

  #insert(key: string, recipient: string, facts: EventFacts): number {
    if (this.#count * 2 >= this.#slots.length) this.#growSlots();
    const delivery = this.#count;
    this.#count += 1;
    if (recipient === WHOLE_MESSAGE) this.#messageWide += 1;
    const hash = hashOf(key);
    this.#keys.set(delivery, this.#arena.append(key));
    this.#hashes.set(delivery, hash);
    this.#facts.set(delivery, this.#arena.append(encodeFacts(recipient, facts)));
    this.#known.set(delivery, knownBits(facts));
    this.#lastEvents.set(delivery, NO_TEXT);
    this.#receivedAt.set(delivery, Number.NaN);
    this.#earliestAt.set(delivery, Number.POSITIVE_INFINITY);
    this.#marks.set(delivery, 0);
    this.#occupy(hash, delivery);
    return delivery;
  }

  #findMessageWide(id: string): number {
    return this.#messageWide === 0 ? -1 : this.#find(deliveryKey(id, WHOLE_MESSAGE));
  }

  #find(key: string): number {
    const hash = hashOf(key);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const delivery = (this.#slots[slot] ?? EMPTY_SLOT) - 1;
      if (delivery === -1) return -1;
      if (this.#hashes.get(delivery) === hash && this.#arena.text(this.#keys.get(delivery)) === key)
        return delivery;
    }
  }

  #occupy(hash: number, delivery: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== EMPTY_SLOT) slot = (slot + 1) & mask;
    this.#slots[slot] = delivery + 1;
  }

  #growSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let delivery = 0; delivery < this.#count; delivery += 1)
      this.#occupy(this.#hashes.get(delivery), delivery);
  }
}

function causally(one: EventRecord, other: EventRecord): number {
  return one.atMs - other.atMs || meaningOf(one.word).rank - meaningOf(other.word).rank;
}

function traceEvent(event: EventRecord): TraceEvent {
  return { at: new Date(event.atMs), event: event.word, description: event.description, data: event.data };
}

/** FNV-1a over the code units; equal hashes are compared in full. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
