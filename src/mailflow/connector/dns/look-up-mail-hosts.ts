/** Asks DNS where mail for some domains goes: in a short time, and of many domains the first. */
import type { PaceClock } from '../path/in-pace.js';
import type { MailDns, MailHostsAnswer } from './mail-dns.js';

/** Whoever waits for a set-up does not wait for a name server that is gone. */
const PATIENCE_MS = 4000;
/** A resolver takes more questions at once for an attack. */
const AT_ONCE = 50;
const MOST_DOMAINS = 500;

interface Asking {
  readonly dns: Pick<MailDns, 'mailHosts'>;
  readonly clock: Pick<PaceClock, 'sleep'>;
  readonly signal: AbortSignal;
}

/** By domain, as it was given. Never rejects; those for whom there was no time were `unanswered`, as all that is not told. */
export async function lookUpMailHosts(
  domains: readonly string[],
  { dns, clock, signal }: Asking,
): Promise<ReadonlyMap<string, MailHostsAnswer>> {
  const late = new AbortController();
  const over = new AbortController();
  const pause = clock.sleep(PATIENCE_MS, AbortSignal.any([signal, over.signal])).then(
    () => late.abort(),
    () => undefined,
  );
  const bounded = AbortSignal.any([signal, late.signal]);
  const answers = new Map<string, MailHostsAnswer>();
  const names = domains.filter((name) => !name.includes('*')).slice(0, MOST_DOMAINS);
  const ask = async (name: string): Promise<void> => {
    // A signal of its own: Node takes many listeners at one for a leak, and says so on the screen.
    answers.set(name, bounded.aborted ? STOPPED : await dns.mailHosts(name, AbortSignal.any([bounded])));
  };
  for (let from = 0; from < names.length; from += AT_ONCE) {
    await Promise.all(names.slice(from, from + AT_ONCE).map(ask));
  }
  over.abort();
  await pause;
  return answers;
}

const STOPPED: MailHostsAnswer = { kind: 'unanswered', reason: 'stopped', text: 'there was no time left' };
