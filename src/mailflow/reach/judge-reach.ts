/**
 * What our own probes say together. They prove what can be reached from here and never that a service is well; a mail
 * host that cannot be reached on port 25 says nothing, for many networks keep that port shut.
 */
import type { ReachOutcome, ReachReading, ReachTarget } from './reach-source.js';

export interface ReachJudgement {
  /**
   * `own-network-down`: not even the control host. `reached`: all of Microsoft's. `their-side`: none of Microsoft's, and the
   * control host. `mixed`: some, or it cannot be told whose side it is.
   */
  readonly kind: 'own-network-down' | 'reached' | 'their-side' | 'mixed';
  /** One or two sentences, with the hosts. */
  readonly says: string;
}

export function judgeReach(readings: readonly ReachReading[]): ReachJudgement {
  const controls = readings.filter(({ target }) => target === 'control');
  const services = readings.filter(({ target }) => target !== 'control' && target !== 'inbound-mail');
  const failed = services.filter(({ outcome }) => outcome.kind === 'failed');
  const { kind, says } = judge(controls, services, failed);
  return { kind, says: [says, ...mailText(readings)].join(' ') };
}

function judge(
  controls: readonly ReachReading[],
  services: readonly ReachReading[],
  failed: readonly ReachReading[],
): ReachJudgement {
  const hasControl = controls.some(isReached);
  if (services.length === 0) return { kind: 'mixed', says: 'Nothing of Microsoft was tried from here.' };
  if (failed.length === 0) return { kind: 'reached', says: `Reached: ${namesOf(services)}.` };
  if (failed.length < services.length) {
    const reached = services.filter(isReached);
    return {
      kind: 'mixed',
      says: `Reached: ${namesOf(reached)}; not reached: ${failuresOf(failed)}.`,
    };
  }
  if (controls.length === 0) {
    return { kind: 'mixed', says: `Not reached: ${failuresOf(failed)}. Whose side it is was not tried.` };
  }
  if (!hasControl) {
    return {
      kind: 'own-network-down',
      says: `Our own network is down, or shut to this machine: neither Microsoft (${failuresOf(failed)}) nor the control host (${reasonsOf(controls)}) can be reached.`,
    };
  }
  if (failed.some(({ outcome }) => isOfOurSide(outcome))) {
    return {
      kind: 'mixed',
      says: `Not reached: ${failuresOf(failed)}. The control host answers; a name server or a proxy on our side may be in the way.`,
    };
  }
  return {
    kind: 'their-side',
    says: `Nothing of Microsoft can be reached (${failuresOf(failed)}), and the control host answers: the way to them or their side.`,
  };
}

/** Our name server, or a proxy that signs for others with a certificate that is not trusted here. */
function isOfOurSide(outcome: ReachOutcome): boolean {
  return (
    outcome.kind === 'failed' && (outcome.reason === 'name-server-silent' || outcome.reason === 'certificate')
  );
}

function isReached({ outcome }: ReachReading): boolean {
  return outcome.kind === 'reached';
}

const NAMES: Readonly<Record<ReachTarget, string>> = {
  control: 'control host',
  'sign-in': 'sign-in',
  graph: 'Graph',
  exchange: 'Exchange',
  'inbound-mail': 'inbound mail',
};

function namesOf(readings: readonly ReachReading[]): string {
  return readings.map(({ target }) => NAMES[target]).join(', ');
}

/** Why something could not be reached, in words. */
export const REACH_REASONS = {
  'no-such-name': 'no such name',
  'name-server-silent': 'the name server is silent',
  refused: 'refused',
  timeout: 'timed out',
  unreachable: 'no route',
  closed: 'closed',
  certificate: 'certificate not trusted',
} as const;

function failuresOf(readings: readonly ReachReading[]): string {
  return readings
    .map(({ target, outcome }) =>
      outcome.kind === 'reached' ? NAMES[target] : `${NAMES[target]} ${REACH_REASONS[outcome.reason]}`,
    )
    .join(', ');
}

function reasonsOf(readings: readonly ReachReading[]): string {
  return readings
    .flatMap(({ outcome }) => (outcome.kind === 'failed' ? [REACH_REASONS[outcome.reason]] : []))
    .join(', ');
}

/** A reply is an answer, and only 220 a welcome; silence on port 25 is none. */
function mailText(readings: readonly ReachReading[]): readonly string[] {
  const mail = readings.filter(({ target }) => target === 'inbound-mail');
  if (mail.length === 0) return [];
  const greetings = mail.flatMap(({ outcome }) =>
    outcome.kind === 'reached' ? [outcome.greeting ?? ''] : [],
  );
  if (greetings.length === 0) {
    return [`Inbound mail hosts (${failuresOf(mail)}): nothing proven, many networks keep port 25 shut.`];
  }
  const welcomes = greetings.filter((greeting) => greeting.startsWith('2')).length;
  const told = GREETING_WORDS.flatMap((words) => greetingText(greetings, words));
  const greet = `${welcomes} of ${mail.length} ${welcomes === 1 ? 'greets' : 'greet'}`;
  return [`Inbound mail hosts: ${[greet, ...told].join(', ')}.`];
}

const GREETING_WORDS = [
  { codes: /^4\d\d/u, one: 'puts senders off', many: 'put senders off' },
  { codes: /^5\d\d/u, one: 'refuses us', many: 'refuse us' },
  { codes: /^(?!2|[45]\d\d)/u, one: 'says something else', many: 'say something else' },
] as const;

function greetingText(
  greetings: readonly string[],
  { codes, one, many }: (typeof GREETING_WORDS)[number],
): readonly string[] {
  const meant = greetings.filter((greeting) => codes.test(greeting));
  if (meant.length === 0) return [];
  const numbers = new Set(meant.map((greeting) => codes.exec(greeting)?.[0] ?? ''));
  const shown = [...numbers].filter((number) => number !== '').toSorted();
  const which = shown.length === 0 ? '' : ` (${shown.join(', ')})`;
  return [`${meant.length} ${meant.length === 1 ? one : many}${which}`];
}
