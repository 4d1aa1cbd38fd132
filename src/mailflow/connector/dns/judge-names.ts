/** What the look-up of a host or of a domain's mail hosts means. Absence that all resolvers tell is a finding; silence is a gap. */
import type { Finding, FindingLevel, Gap } from '../../finding.js';
import { type DnsJudgement, findingOf, judgementOf, shown } from './dns-judgement.js';
import type { DnsFindingId } from './dns-notes.js';
import type {
  Absent,
  Barred,
  BarredReason,
  Dissent,
  DnsAnswer,
  HostAddress,
  LeftOut,
  MailHostsAnswer,
  Unanswered,
  UnansweredReason,
} from './mail-dns.js';

export interface NameCircumstances {
  /** The name that was asked, as findings name it. */
  readonly subject: string;
  /** Mail depends on it. */
  readonly isNeeded: boolean;
}

export function judgeAddresses(
  answer: DnsAnswer<HostAddress>,
  circumstances: NameCircumstances,
): DnsJudgement {
  const remark = remarkerOf(circumstances);
  switch (answer.kind) {
    case 'found':
      return judgementOf(
        [...barredAmong(answer.leftOut, remark), ...disagreement(answer.dissent, remark)],
        [],
      );
    case 'no-such-name':
    case 'no-such-record': {
      const id = answer.kind === 'no-such-name' ? 'name-missing' : 'address-missing';
      return judgementOf([absence(id, answer, remark), ...disagreement(answer.dissent, remark)], []);
    }
    case 'unanswered':
      return judgementOf([], [gapOf(answer, `Where ${circumstances.subject} is.`)]);
    case 'refused':
      return judgementOf([remark(BARRED_ID[answer.reason], 'broken', [barredText(answer)])], []);
  }
}

export function judgeMailHosts(answer: MailHostsAnswer, circumstances: NameCircumstances): DnsJudgement {
  const remark = remarkerOf(circumstances);
  switch (answer.kind) {
    case 'takes-no-mail':
      return judgementOf([remark('mail-refused', 'broken', ['Its MX record is "0 .".'])], []);
    case 'found':
      return judgementOf([...oddAmong(answer.leftOut, remark), ...disagreement(answer.dissent, remark)], []);
    case 'no-such-record':
      return judgementOf([remark('mail-hosts-missing', 'doubtful', [absenceText(answer)])], []);
    case 'no-such-name':
      return judgementOf([absence('name-missing', answer, remark)], []);
    case 'unanswered':
      return judgementOf([], [gapOf(answer, `Where mail for ${circumstances.subject} goes.`)]);
    case 'refused':
      return judgementOf([remark(BARRED_ID[answer.reason], 'broken', [barredText(answer)])], []);
  }
}

const BARRED_ID: Record<BarredReason, DnsFindingId> = {
  'barred-address': 'address-barred',
  'alias-loop': 'alias-loop',
  'too-many-aliases': 'alias-loop',
  'no-host-name': 'name-odd',
};

/** `broken`: critical where mail depends on it. `doubtful`: a warning. `note`: no more than worth knowing. */
type Weight = 'broken' | 'doubtful' | 'note';

type Remarker = (id: DnsFindingId, weight: Weight, evidence: readonly string[]) => Finding;

function remarkerOf({ subject, isNeeded }: NameCircumstances): Remarker {
  const levels: Record<Weight, FindingLevel> = {
    broken: isNeeded ? 'critical' : 'warning',
    doubtful: 'warning',
    note: 'info',
  };
  return (id, weight, evidence) => findingOf({ id, level: levels[weight], subject, evidence });
}

/** One resolver alone may be behind, or may not know the world outside. */
function absence(id: DnsFindingId, answer: Absent, remark: Remarker): Finding {
  const isProven = answer.witnesses > 1 || answer.isAuthenticated;
  return remark(id, isProven ? 'broken' : 'doubtful', [absenceText(answer)]);
}

function absenceText({ witnesses, isAuthenticated }: Absent): string {
  if (isAuthenticated) return 'DNSSEC proves it.';
  if (witnesses > 1) return `${witnesses} resolvers say so.`;
  return 'One resolver says so and no other was asked: name a second one with --resolver.';
}

function barredText({ reason, text }: Barred): string {
  return reason === 'no-host-name' ? `What stands there: ${shown(text)}.` : `It leads to ${shown(text)}.`;
}

function barredAmong(leftOut: readonly LeftOut[], remark: Remarker): readonly Finding[] {
  const barred = leftOut.filter(({ why }) => why === 'barred-address');
  if (barred.length === 0) return [];
  const evidence = barred.map(({ text, range }) => `Left out: ${shown(text)} (${range ?? 'barred'}).`);
  return [remark('address-barred', 'doubtful', evidence.slice(0, MOST_SHOWN))];
}

function oddAmong(leftOut: readonly LeftOut[], remark: Remarker): readonly Finding[] {
  const odd = leftOut.filter(({ why }) => why === 'no-host-name');
  if (odd.length === 0) return [];
  const evidence = odd.map(({ text }) => `An MX record names ${text === '' ? '"."' : shown(text)}.`);
  return [remark('name-odd', 'doubtful', evidence.slice(0, MOST_SHOWN))];
}

const MOST_SHOWN = 5;

/** Silence beside an answer takes nothing from it. */
const SILENT: readonly Dissent['said'][] = ['timeout', 'no-name-server', 'server-refused', 'stopped'];

function disagreement(dissent: readonly Dissent[], remark: Remarker): readonly Finding[] {
  const others = dissent.filter(({ said }) => !SILENT.includes(said));
  if (others.length === 0) return [];
  const evidence = others.map(({ resolver, said, records }) => {
    const listed = records.slice(0, MOST_SHOWN).map(shown).join(', ');
    return `${resolver} says ${listed === '' ? said : listed}.`;
  });
  return [remark('resolvers-disagree', 'note', evidence)];
}

const REASON_WORDS: Record<UnansweredReason, string> = {
  timeout: 'timeout',
  'server-failed': 'server-failed',
  'dnssec-failed': 'dnssec-failed',
  'server-refused': 'refused',
  'no-name-server': 'unreachable',
  'odd-answer': 'protocol',
  stopped: 'timeout',
};

const REMEDIES: Record<UnansweredReason, string> = {
  timeout: 'Its name servers or our resolver are silent: ask again, or ask another resolver with --resolver.',
  'server-failed':
    'Its name servers are down or at odds with each other: a sender puts mail off in this place. Have the zone checked.',
  'dnssec-failed':
    'Its DNSSEC signatures do not hold: senders that check them, Exchange Online among them, put mail off. Have signatures and DS records repaired; if only this resolver says so, its trust anchors or its clock may be wrong: ask another one with --resolver.',
  'server-refused': 'The resolver does not answer us: name another one with --resolver.',
  'no-name-server':
    'The DNS of this machine is at fault, not the name: repair it, or name a resolver with --resolver.',
  'odd-answer':
    'What came is no answer: something on the way may rewrite DNS. Ask another resolver with --resolver.',
  stopped: 'The time was up before the answer was there: ask for fewer names, or raise --timeout.',
};

export function gapOf({ reason, text }: Unanswered, what: string): Gap {
  const seen = text === '' ? '' : ` Seen: ${shown(text)}.`;
  return {
    what,
    reason: REASON_WORDS[reason],
    remedy: `${REMEDIES[reason]}${seen}`,
    retryAfterSeconds: null,
  };
}
