/**
 * Events of exports that have a row per event, gathered per message and recipient. A report of 500 MB has to fit,
 * so everything lies in typed arrays and in text outside the heap; objects are made when a delivery is asked for.
 */
import type { TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';

import { DeliveryIndex } from './delivery-index.js';
import {
  decodeEvent,
  decodeFacts,
  encodeEvent,
  encodeFacts,
  type EventFacts,
  type EventRecord,
  knownBits,
  mergedFacts,
} from './event-record.js';
import { meaningOf, outcomeWord } from './event-word.js';
import { GrowingArray } from './growing-array.js';
import { NO_TEXT, TextPool } from './text-pool.js';
import { comparableTraceId } from './trace-id.js';

/** In place of a recipient: no address is empty. */
export const WHOLE_MESSAGE = '';

const NO_NODE = 0;
const USED = 1;

export class EventLedger {
  readonly #pool = new TextPool();
  readonly #index = new DeliveryIndex();
  readonly #wholeMessage = this.#pool.put(WHOLE_MESSAGE);
  #wholeMessages = 0;

  /** By delivery. */
  readonly #recipients = new GrowingArray(Uint32Array);
  readonly #facts = new GrowingArray(Uint32Array);
  /** Which facts are known, a bit each, so that most rows need not look. */
  readonly #known = new GrowingArray(Uint8Array);
  readonly #toIps = new GrowingArray(Uint32Array);
  readonly #lastNodes = new GrowingArray(Uint32Array);
  readonly #receivedAt = new GrowingArray(Float64Array);
  readonly #earliestAt = new GrowingArray(Float64Array);
  readonly #marks = new GrowingArray(Uint8Array);

  /** By node, from 1: an event, and the node of the event that the file has before it. */
  readonly #events = new GrowingArray(Uint32Array);
  readonly #previousNodes = new GrowingArray(Uint32Array);
  #nodes = 0;

  get isEmpty(): boolean {
    return this.#index.size === 0;
  }

  /** `recipient` may be `WHOLE_MESSAGE`: the event then belongs to each of its deliveries. */
  add(recipient: string, facts: EventFacts, event: EventRecord): void {
    const message = this.#pool.put(comparableTraceId(facts.traceId ?? facts.messageId ?? ''));
    const address = this.#pool.put(recipient.toLowerCase());
    const known = this.#index.find(message, address);
    const delivery = known === -1 ? this.#index.add(message, address) : known;
    if (known === -1) this.#begin(delivery, recipient, facts);
    else this.#completeFacts(delivery, facts);
    this.#noteTimes(delivery, event);
    const last = this.#lastNodes.get(delivery);
    if (last !== NO_NODE && meaningOf(event.word).isNoise) return;
    this.#nodes += 1;
    this.#events.set(this.#nodes, this.#pool.put(encodeEvent(event)));
    this.#previousNodes.set(this.#nodes, last);
    this.#lastNodes.set(delivery, this.#nodes);
  }

  /** The events of one delivery in causal order, and those of its whole message; null when there are none. */
  take(traceId: string, recipient: string): readonly TraceEvent[] | null {
    const message = this.#pool.find(comparableTraceId(traceId));
    const address = this.#pool.find(recipient.toLowerCase());
    if (message === NO_TEXT) return null;
    const own = address === NO_TEXT ? -1 : this.#index.find(message, address);
    const shared = this.#index.find(message, this.#wholeMessage);
    if (own === -1 && shared === -1) return null;
    for (const delivery of [own, shared]) if (delivery !== -1) this.#marks.set(delivery, USED);
    return this.#storedEvents([own, shared]).map(traceEvent);
  }

  /** The deliveries that were never taken, as entries of their own. */
  *leftovers(): Generator<TraceEntry> {
    for (let delivery = 0; delivery < this.#index.size; delivery += 1) {
      if (this.#isWholeMessage(delivery) || this.#marks.get(delivery) === USED) continue;
      const shared = this.#index.find(this.#index.message(delivery), this.#wholeMessage);
      if (shared !== -1) this.#marks.set(shared, USED);
      yield this.#entry(delivery, this.#storedEvents([delivery, shared]));
    }
  }

  /** Messages whose events name no recipient and fit no delivery; to be asked after all else was taken. */
  orphanCount(): number {
    let orphans = 0;
    for (let delivery = 0; this.#wholeMessages > 0 && delivery < this.#index.size; delivery += 1) {
      if (this.#marks.get(delivery) !== USED && this.#isWholeMessage(delivery)) orphans += 1;
    }
    return orphans;
  }

  #isWholeMessage(delivery: number): boolean {
    return this.#index.recipient(delivery) === this.#wholeMessage;
  }

  #begin(delivery: number, recipient: string, facts: EventFacts): void {
    if (recipient === WHOLE_MESSAGE) this.#wholeMessages += 1;
    this.#recipients.set(delivery, this.#pool.put(recipient));
    this.#facts.set(delivery, this.#pool.put(encodeFacts(facts)));
    this.#known.set(delivery, knownBits(facts));
    this.#receivedAt.set(delivery, Number.NaN);
    this.#earliestAt.set(delivery, Number.POSITIVE_INFINITY);
    this.#noteToIp(delivery, facts);
  }

  #completeFacts(delivery: number, facts: EventFacts): void {
    this.#noteToIp(delivery, facts);
    const known = this.#known.get(delivery);
    const all = known | knownBits(facts);
    if (all === known) return;
    this.#known.set(delivery, all);
    const merged = mergedFacts(decodeFacts(this.#pool.text(this.#facts.get(delivery))), facts);
    this.#facts.set(delivery, this.#pool.put(encodeFacts(merged)));
  }

  /** Apart from the facts of the message, which are the same for all its recipients and so are kept once. */
  #noteToIp(delivery: number, facts: EventFacts): void {
    if (facts.toIp !== null) this.#toIps.set(delivery, this.#pool.put(facts.toIp));
  }

  #noteTimes(delivery: number, event: EventRecord): void {
    if (event.atMs < this.#earliestAt.get(delivery)) this.#earliestAt.set(delivery, event.atMs);
    if (event.word.toUpperCase() !== 'RECEIVE' || this.#receivedAt.get(delivery) <= event.atMs) return;
    this.#receivedAt.set(delivery, event.atMs);
  }

  #entry(delivery: number, events: readonly EventRecord[]): TraceEntry {
    const facts = decodeFacts(this.#pool.text(this.#facts.get(delivery)));
    const received = this.#receivedAt.get(delivery);
    const toIp = this.#toIps.get(delivery);
    const words = events.map((event) => event.word);
    return {
      messageTraceId: facts.traceId,
      messageId: facts.messageId,
      sender: facts.sender ?? '',
      recipient: this.#pool.text(this.#recipients.get(delivery)),
      subject: facts.subject,
      receivedAt: new Date(Number.isNaN(received) ? this.#earliestAt.get(delivery) : received),
      sizeBytes: facts.sizeBytes,
      fromIp: facts.fromIp,
      toIp: toIp === NO_TEXT ? null : this.#pool.text(toIp),
      status: outcomeWord(words) ?? words.at(-1) ?? '',
      directionHint: facts.direction,
      events: events.map(traceEvent),
    };
  }

  #storedEvents(deliveries: readonly number[]): readonly EventRecord[] {
    const refs = new Set<number>();
    for (const delivery of deliveries) {
      if (delivery === -1) continue;
      for (let node = this.#lastNodes.get(delivery); node !== NO_NODE; node = this.#previousNodes.get(node)) {
        refs.add(this.#events.get(node));
      }
    }
    // The last row of the file comes first; events of one instant and rank keep the order of the file.
    const events = [...refs].reverse().map((ref) => decodeEvent(this.#pool.text(ref)));
    const own = events.filter((event) => event.isOwn).sort(causally);
    const telling = own.filter((event) => !meaningOf(event.word).isNoise);
    return telling.length === 0 ? own : telling;
  }
}

function causally(one: EventRecord, other: EventRecord): number {
  return one.atMs - other.atMs || meaningOf(one.word).rank - meaningOf(other.word).rank;
}

function traceEvent(event: EventRecord): TraceEvent {
  return { at: new Date(event.atMs), event: event.word, description: event.description, data: event.data };
}
