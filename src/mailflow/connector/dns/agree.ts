/** One answer from what several resolvers say. An answer beats silence; absence is believed only when all say it, or DNSSEC. */
import type { Absent, Barred, Dissent, DnsAnswer, Found, Unanswered, UnansweredReason } from './mail-dns.js';

export interface Hearing<Row> {
  /** The resolver's address. */
  readonly resolver: string;
  readonly heard: Heard<Row>;
}

export type Heard<Row> =
  Omit<Found<Row>, 'dissent'> | Omit<Absent, 'witnesses' | 'dissent'> | Unanswered | Barred;

interface Comparison<Row> {
  readonly textOf: (row: Row) => string;
  /** `all`: two sets of records are the same or differ. `some`: one in common will do, as where addresses take turns. */
  readonly sameWhen: 'all' | 'some';
}

export function agree<Row>(hearings: readonly Hearing<Row>[], comparison: Comparison<Row>): DnsAnswer<Row> {
  const found = hearings.find(isProvenFound) ?? hearings.find(isFound);
  if (found !== undefined) return { ...found.heard, dissent: dissentFrom(found, hearings, comparison) };
  const barred = hearings.find(({ heard }) => heard.kind === 'refused')?.heard;
  if (barred?.kind === 'refused') return barred;
  const absent = hearings.filter(isAbsent);
  const proven = absent.find(({ heard }) => heard.isAuthenticated);
  // A name that is there for one of them is there.
  const said = proven ?? absent.find(({ heard }) => heard.kind === 'no-such-record') ?? absent[0];
  if (said === undefined || (proven === undefined && absent.length < hearings.length))
    return unansweredBy(hearings, comparison);
  const witnesses = absent.filter(({ heard }) => heard.kind === said.heard.kind).length;
  return { ...said.heard, witnesses, dissent: dissentFrom(said, hearings, comparison) };
}

type HearingOf<Row, Kind> = Hearing<Row> & { readonly heard: Extract<Heard<Row>, { kind: Kind }> };

function isFound<Row>(hearing: Hearing<Row>): hearing is HearingOf<Row, 'found'> {
  return hearing.heard.kind === 'found';
}

function isProvenFound<Row>(hearing: Hearing<Row>): hearing is HearingOf<Row, 'found'> {
  return hearing.heard.kind === 'found' && hearing.heard.isAuthenticated;
}

function isAbsent<Row>(
  hearing: Hearing<Row>,
): hearing is Hearing<Row> & { readonly heard: Omit<Absent, 'witnesses' | 'dissent'> } {
  return hearing.heard.kind === 'no-such-name' || hearing.heard.kind === 'no-such-record';
}

function unansweredBy<Row>(hearings: readonly Hearing<Row>[], { textOf }: Comparison<Row>): Unanswered {
  const first = hearings.find(({ heard }) => heard.kind === 'unanswered')?.heard;
  const text = hearings.map((hearing) => `${hearing.resolver}: ${wordsOf(hearing, textOf)}`).join('; ');
  if (first?.kind !== 'unanswered')
    return { kind: 'unanswered', reason: 'no-name-server', text: 'No resolver is known to this machine.' };
  return { kind: 'unanswered', reason: first.reason, text };
}

function wordsOf<Row>({ heard }: Hearing<Row>, textOf: (row: Row) => string): string {
  switch (heard.kind) {
    case 'found':
      return heard.records.map(textOf).join(', ');
    case 'unanswered':
      return heard.text === '' ? heard.reason : `${heard.reason} (${heard.text})`;
    case 'refused':
      return heard.text;
    case 'no-such-name':
    case 'no-such-record':
      return heard.kind;
  }
}

function dissentFrom<Row>(
  said: Hearing<Row>,
  hearings: readonly Hearing<Row>[],
  comparison: Comparison<Row>,
): readonly Dissent[] {
  return hearings
    .filter((other) => other !== said)
    .flatMap(({ resolver, heard }): readonly Dissent[] => {
      const word = wordAgainst(said.heard, heard, comparison);
      if (word === null) return [];
      return [{ resolver, said: word, records: recordTexts(heard, comparison) }];
    });
}

function wordAgainst<Row>(
  said: Heard<Row>,
  other: Heard<Row>,
  comparison: Comparison<Row>,
): 'other-records' | Absent['kind'] | UnansweredReason | null {
  switch (other.kind) {
    case 'unanswered':
      return other.reason;
    case 'refused':
      return 'odd-answer';
    case 'no-such-name':
    case 'no-such-record':
      return other.kind === said.kind ? null : other.kind;
    case 'found':
      return isSame(recordTexts(said, comparison), recordTexts(other, comparison), comparison.sameWhen)
        ? null
        : 'other-records';
  }
}

function recordTexts<Row>(heard: Heard<Row>, { textOf }: Comparison<Row>): readonly string[] {
  return heard.kind === 'found' ? heard.records.map(textOf) : [];
}

function isSame(ours: readonly string[], theirs: readonly string[], when: 'all' | 'some'): boolean {
  const ourSet = new Set(ours);
  if (when === 'some') return theirs.some((text) => ourSet.has(text));
  return new Set(theirs).size === ourSet.size && theirs.every((text) => ourSet.has(text));
}
