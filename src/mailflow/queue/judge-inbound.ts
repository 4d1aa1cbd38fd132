/**
 * From missing inbound mail to a finding.
 *
 * 2026-06: a dip warns and no more, for it is a sign and no proof: a partner's strike, a holiday abroad and a mailing that
 * ended look the same. Mail hosts that greet us with a deferral of the service are a proof of what they do and none of how
 * much it matters, so they warn as well. Both at once are critical: the hosts turn senders away, and the mail of those
 * senders is missing. What was not seen freshly and whole gives no finding: a late trace lacks mail of its own.
 */
import type { Finding } from '../finding.js';
import { formatCount, formatShare, formatShareInterval } from '../quantity.js';
import { INBOUND_RULES, type InboundRules, type InboundVolume } from './inbound-volume.js';

export interface InboundContext {
  /** Mail hosts greet with a deferral of the service. */
  readonly putsOff: boolean;
  readonly source: string;
}

/** At most one finding. */
export function judgeInbound(
  volume: InboundVolume,
  { putsOff, source }: InboundContext,
  rules: InboundRules = INBOUND_RULES,
): readonly Finding[] {
  const found = FINDINGS[volume.kind];
  if (found === null) return [];
  const isCritical = volume.kind === 'dip' && putsOff && volume.missing.low >= rules.criticalMissing;
  return [
    {
      id: found.id,
      level: isCritical ? 'critical' : found.level,
      title: `Inbound mail is ${formatShare(volume.missing.share)} below its usual${found.aside}`,
      subject: 'inbound mail',
      evidence: [
        `From about ${instantText(volume.from)} to ${instantText(volume.until)}: ${missingText(volume)}`,
        othersText(volume),
        found.means,
        ...(isCritical ? ['Mail hosts put senders off at the same time.'] : []),
      ],
      remedy: found.remedy,
      source,
    },
  ];
}

interface FoundVolume extends Pick<Finding, 'id' | 'level' | 'remedy'> {
  readonly aside: string;
  readonly means: string;
}

export const EDGE_IS_UNSEEN =
  'Mail that Microsoft defers at its edge is in no trace: its senders hold it and retry.';

const FINDINGS: Readonly<Record<InboundVolume['kind'], FoundVolume | null>> = {
  usual: null,
  'too-little': null,
  dip: {
    id: 'inbound-dip',
    level: 'warning',
    aside: '',
    means: EDGE_IS_UNSEEN,
    remedy:
      "Look into the queue of your relay (`mailcheck relay --run 'postqueue -j'`), and ask a sender outside for the reply that he got (`mailcheck explain`).",
  },
  'all-down': {
    id: 'all-mail-below-usual',
    level: 'info',
    aside: ', and so is all other mail',
    means: 'Where all mail is down alike, the trace is late or few people work; it says nothing of the edge.',
    remedy: 'Ask again in 15 minutes; on a holiday there is nothing to do.',
  },
  untold: {
    id: 'inbound-below-usual',
    level: 'info',
    aside: ', and other mail does not tell why',
    means: 'There is too little of other mail to tell missing mail from a late trace.',
    remedy: 'Ask again in 15 minutes.',
  },
};

/** `34 messages came in, 74 are usual at this hour (4 weeks); 54 % (33–71 %) are missing.` */
export function missingText({ inbound, missing, weeks }: InboundVolume): string {
  const { seen, usual } = inbound;
  return `${formatCount(seen)} came in, ${formatCount(usual)} are usual at this hour (${weeks} weeks); ${formatShare(missing.share)} (${formatShareInterval(missing.low, missing.high)}) are missing.`;
}

function othersText({ others: { seen, usual } }: InboundVolume): string {
  return `Of all other mail ${formatCount(seen)} were seen, ${formatCount(usual)} are usual.`;
}

/** `2026-06-02 17:04 UTC`; evidence is the same in every zone. */
function instantText(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
