/** The mail hosts of domains as the lint of connectors takes them. */
import type { MailHostsAnswer } from './mail-dns.js';

/**
 * Host names by domain in lower case, the preferred first. A domain that could not be asked is absent, so that nothing is
 * read out of silence; null where none could.
 */
export function mailHostsByDomain(
  answers: ReadonlyMap<string, MailHostsAnswer>,
): ReadonlyMap<string, readonly string[]> | null {
  const known = [...answers].flatMap(([domain, answer]) => {
    const hosts = hostsIn(answer, domain.toLowerCase());
    return hosts === null ? [] : [[domain.toLowerCase(), hosts] as const];
  });
  return known.length === 0 ? null : new Map(known);
}

/** Where mail goes: without an MX record to the domain itself (RFC 5321, section 5.1). Null where that is not known. */
export function hostsIn(answer: MailHostsAnswer, domain: string): readonly string[] | null {
  switch (answer.kind) {
    case 'found':
      return answer.records.map(({ host }) => host);
    case 'no-such-record':
      return [domain];
    case 'no-such-name':
    case 'takes-no-mail':
      return [];
    case 'unanswered':
    case 'refused':
      return null;
  }
}
