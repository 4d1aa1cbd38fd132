/** How much of the tenant's request quota is used. Our own trouble: it hides mail trouble and is none. */
import type { Finding } from '../finding.js';
import { counted, formatCount, formatLimit, formatShare } from '../quantity.js';
import type { QuotaUse } from '../quota/quota-use.js';
import { blindBy, type CheckDraft } from './check-draft.js';
import type { Asked } from './check-evidence.js';
import type { QuotaSettings } from './check-settings.js';

export function draftQuota(asked: Asked<readonly QuotaUse[]>, settings: QuotaSettings): CheckDraft {
  const [most] =
    asked.kind === 'seen' ? asked.value.toSorted((one, other) => shareOf(other) - shareOf(one)) : [];
  const isSeen = asked.kind === 'seen';
  const share = most === undefined ? 0 : shareOf(most);
  const measures = [
    {
      ...{ name: 'quota_used_share', help: 'Share of the request quota of five minutes that is used' },
      ...{ unit: 'share' as const, value: isSeen ? share : null },
      ...{ warning: settings.warningShare, critical: settings.criticalShare },
    },
    {
      ...{ name: 'quota_used', help: 'Requests that were sent in five minutes', unit: 'requests' as const },
      ...{ value: isSeen ? (most?.used ?? 0) : null, warning: null, critical: null },
    },
  ];
  if (asked.kind !== 'seen')
    return { findings: [], blind: blindBy(asked.trouble, asked.kind === 'failed'), seen: null, measures };
  if (most === undefined) return { findings: [], blind: null, seen: 'No request was sent lately.', measures };
  return {
    findings: quotaFindings(most, settings),
    blind: null,
    seen: `${formatCount(most.used)} of ${counted(most.limit, 'request', 'requests')} in five minutes are used (${formatShare(shareOf(most))}).`,
    measures,
  };
}

function shareOf({ used, limit }: QuotaUse): number {
  return limit === 0 ? 0 : Math.min(1, used / limit);
}

function quotaFindings(use: QuotaUse, { warningShare, criticalShare }: QuotaSettings): readonly Finding[] {
  const share = shareOf(use);
  const isCritical = criticalShare !== null && share >= criticalShare;
  if (!isCritical && share < warningShare) return [];
  return [
    {
      id: 'quota-nearly-used',
      level: isCritical ? 'critical' : 'warning',
      title: 'The request quota is nearly used up',
      subject: use.origin,
      evidence: [
        `From ${formatLimit(warningShare)} it is a warning${criticalShare === null ? '' : `, from ${formatLimit(criticalShare)} critical`}.`,
        ...use.usedBy
          .slice(0, 3)
          .map(({ command, requests }) => `${command} used ${counted(requests, 'request', 'requests')}.`),
      ],
      remedy: 'Run checks less often, or set maxRequests; `mailcheck quota` shows who used it.',
      source: 'quota',
    },
  ];
}
