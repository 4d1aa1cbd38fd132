import type { FailureKind } from '#failure.js';

import { type Errand, TRACE_ERRAND } from '../http/errand.js';
import type { GapReason } from '../http/exchange.js';

/** What an answer can mean that holds nothing of what was asked for. */
export type Meaning =
  | 'service-principal'
  | 'token'
  | 'permission'
  | 'rejected'
  | 'not-found'
  | 'redirect'
  | 'in-trouble'
  | 'web-page'
  | 'odd';

export interface Explanation {
  readonly kind: FailureKind;
  readonly reason: GapReason;
  /** After the host's name. */
  readonly message: string;
  readonly remedy: string;
}

/** A part of Graph that is asked: where it stands, who may ask, and what its refusals mean. */
export interface GraphArea {
  /** In lower case. Everything that is asked stands below it; a link that leads elsewhere is not ours to follow. */
  readonly root: string;
  /** Microsoft's own app that serves it, where the tenant must have that before anyone can ask; null for none. */
  readonly appId: string | null;
  readonly errand: Errand;
  readonly explanations: Readonly<Record<Meaning, Explanation>>;
}

/** These are the same wherever Graph is asked. */
const ANYWHERE: Readonly<Record<'token' | 'redirect' | 'web-page', Explanation>> = {
  token: {
    kind: 'sign-in',
    reason: 'refused',
    message: 'refused the token, also after it was renewed',
    remedy: 'Check that the credentials belong to this tenant and cloud, and the clock of this machine.',
  },
  redirect: {
    kind: 'protocol',
    reason: 'protocol',
    message: 'sent us elsewhere, which is not followed',
    remedy: 'Look for a proxy or sign-in portal between here and the service, and check --graph-url.',
  },
  'web-page': {
    kind: 'protocol',
    reason: 'protocol',
    message: 'answered with something other than JSON',
    remedy: 'Look for a proxy or sign-in portal between here and the service, and check --graph-url.',
  },
};

const TRACE_APP_ID = '8bd644d1-64a1-4d4b-ae52-2e0cbf64e373';

export const TRACE_AREA: GraphArea = {
  root: '/v1.0/admin/exchange/tracing/messagetraces',
  appId: TRACE_APP_ID,
  errand: TRACE_ERRAND,
  explanations: {
    ...ANYWHERE,
    'service-principal': {
      kind: 'permission',
      reason: 'refused',
      message: 'refused: the tenant has no service principal for the message trace service',
      remedy: `Create it once: New-MgServicePrincipal -AppId ${TRACE_APP_ID} (or POST /v1.0/servicePrincipals with that appId), then wait; it can take some hours. A new sign-in does not help.`,
    },
    permission: {
      kind: 'permission',
      reason: 'refused',
      message: 'refused: a permission is missing',
      remedy:
        'Grant the app the Microsoft Graph permission ExchangeMessageTrace.Read.All with admin consent. If that was done within the last hours, wait.',
    },
    rejected: {
      kind: 'protocol',
      reason: 'protocol',
      message: 'did not accept the question',
      remedy: 'Ask for a shorter window or fewer conditions; message trace reaches back 90 days.',
    },
    'not-found': {
      kind: 'protocol',
      reason: 'protocol',
      message: 'knows no message trace at this address',
      remedy:
        'Check --graph-url and --cloud: only the worldwide cloud has message trace in Graph. A very long condition can also lead here.',
    },
    'in-trouble': {
      kind: 'unreachable',
      reason: 'unreachable',
      message: 'is in trouble, also after several tries',
      remedy: 'Try again in some minutes; a shorter window is easier on the service.',
    },
    odd: {
      kind: 'protocol',
      reason: 'protocol',
      message: 'gave an answer that message trace does not have',
      remedy: 'Check --graph-url; if it is right, the contract has changed: update mailcheck.',
    },
  },
};

const ANNOUNCEMENTS_ERRAND: Errand = {
  whenLate: 'Raise --timeout, or check proxy and firewall of this machine.',
  whenCapped: 'Ask for less at once.',
  budgetUsedUp: 'The request budget for service health is used up: the service counts it over 60 s.',
  whenHeldBack: (seconds) => `Try again in ${seconds} s, or raise --timeout above that.`,
  whenThrottled: (seconds) =>
    `Try again in ${seconds} s, or raise --timeout above that; other tools of the tenant may be using the same quota (240 requests in 60 s, 800 in an hour).`,
  whenBrokenOff:
    'Try again in some minutes; if it stays, look at the service health page of the admin center.',
};

interface Announcements {
  /** As `service health`. */
  readonly subject: string;
  readonly permission: string;
  /** Roles of which one lets a signed-in person see it. */
  readonly roles: string;
}

/** Service health and the message centre: https://learn.microsoft.com/graph/api/resources/service-communications-api-overview */
function announcementsArea({ subject, permission, roles }: Announcements): GraphArea {
  const refused: Explanation = {
    kind: 'permission',
    reason: 'refused',
    message: `refused to show ${subject}: a permission or role is missing`,
    remedy: `Grant the app the Microsoft Graph permission ${permission} with admin consent; a person who signs in needs an admin role as well, as ${roles}. If that was done within the last hours, wait.`,
  };
  return {
    root: '/v1.0/admin/serviceannouncement',
    appId: null,
    errand: ANNOUNCEMENTS_ERRAND,
    explanations: {
      ...ANYWHERE,
      // There is none to miss.
      'service-principal': refused,
      permission: refused,
      rejected: {
        kind: 'protocol',
        reason: 'protocol',
        message: `did not accept the question for ${subject}`,
        remedy: 'Check --graph-url; if it is right, the contract has changed: update mailcheck.',
      },
      'not-found': {
        kind: 'protocol',
        reason: 'protocol',
        message: `knows no ${subject} at this address`,
        remedy: 'Check --graph-url and --cloud.',
      },
      'in-trouble': {
        kind: 'unreachable',
        reason: 'unreachable',
        message: 'is in trouble, also after several tries',
        remedy:
          'Try again in some minutes. That Graph is in trouble does not tell how mail is; the public page https://status.cloud.microsoft tells whether admins can reach it.',
      },
      odd: {
        kind: 'protocol',
        reason: 'protocol',
        message: `gave an answer that ${subject} does not have`,
        remedy: 'Check --graph-url; if it is right, the contract has changed: update mailcheck.',
      },
    },
  };
}

export const HEALTH_AREA = announcementsArea({
  subject: 'service health',
  permission: 'ServiceHealth.Read.All',
  roles: 'Global Reader or Service Support Administrator',
});

export const MESSAGES_AREA = announcementsArea({
  subject: 'the message centre',
  permission: 'ServiceMessage.Read.All',
  roles: 'Global Reader or Message Center Reader',
});
