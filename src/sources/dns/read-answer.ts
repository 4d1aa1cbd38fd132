/** What a resolver's message says of the name that was asked. Follows aliases within it, and never in a circle. */
import type { Answer } from 'dns-packet';

import type { Heard } from '#mailflow/connector/dns/agree.js';

import { rcodeOf, type Reply } from './ask-resolver.js';
import type { DnsQuestion } from './message.js';

/** As many as common resolvers follow. */
export const MOST_ALIASES = 8;

/** Null for a record that is not of the kind. */
export type ReadRecord<Row> = (record: Answer) => Row | null;

export function readAnswer<Row>(
  reply: Reply,
  question: DnsQuestion,
  { isTrusted, read }: { readonly isTrusted: boolean; readonly read: ReadRecord<Row> },
): Heard<Row> {
  if (reply.kind === 'unanswered') return reply;
  const { message } = reply;
  const answers = message.answers ?? [];
  const way = followAliases(question.name, aliasesIn(answers));
  if (way.kind !== 'end') return { kind: 'refused', ...barredWords(way) };
  const isAuthenticated = isTrusted && message.flag_ad;
  const rcode = rcodeOf(message);
  if (rcode === 'NXDOMAIN') return { kind: 'no-such-name', isAuthenticated };
  if (rcode !== 'NOERROR') return noAnswer(rcode);
  const own = answers.filter(({ type, name }) => type === question.type && sameName(name) === way.name);
  const records = own.map(read).filter((record) => record !== null);
  if (records.length === 0) return { kind: 'no-such-record', isAuthenticated };
  const { aliases } = way;
  return { kind: 'found', records, ttlSeconds: lowestTtl(own), isAuthenticated, aliases, leftOut: [] };
}

export type AliasWay =
  | { readonly kind: 'end'; readonly name: string; readonly aliases: readonly string[] }
  | { readonly kind: 'alias-loop' | 'too-many-aliases'; readonly aliases: readonly string[] };

/** Names in lower case, without the final dot. */
export function followAliases(from: string, targetByName: ReadonlyMap<string, string>): AliasWay {
  const aliases: string[] = [];
  let name = sameName(from);
  const seen = new Set([name]);
  for (;;) {
    const target = targetByName.get(name);
    if (target === undefined) return { kind: 'end', name, aliases };
    aliases.push(target);
    if (seen.has(target)) return { kind: 'alias-loop', aliases };
    if (aliases.length > MOST_ALIASES) return { kind: 'too-many-aliases', aliases };
    seen.add(target);
    name = target;
  }
}

export function barredWords({
  kind,
  aliases,
}: Extract<AliasWay, { kind: 'alias-loop' | 'too-many-aliases' }>) {
  return { reason: kind, text: aliases.map((alias) => alias.slice(0, 253)).join(', ') } as const;
}

export function aliasesIn(answers: readonly Answer[]): ReadonlyMap<string, string> {
  return new Map(
    answers.flatMap((record) =>
      record.type === 'CNAME' ? [[sameName(record.name), sameName(record.data)] as const] : [],
    ),
  );
}

export function sameName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function noAnswer(rcode: string): Heard<never> {
  const reason = rcode === 'SERVFAIL' ? 'server-failed' : 'server-refused';
  return { kind: 'unanswered', reason, text: rcode };
}

function lowestTtl(records: readonly Answer[]): number | null {
  const times = records.flatMap((record) =>
    'ttl' in record && typeof record.ttl === 'number' ? [record.ttl] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}
