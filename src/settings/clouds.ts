/** The clouds of Microsoft 365, each with hosts of its own. A token of one is worth nothing in another. */
import { Failure } from '#failure.js';

export const CLOUD_NAMES = ['worldwide', 'gcc-high', 'dod', 'china'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

export interface Cloud {
  /** Of signing in. */
  readonly authorityHost: string;
  readonly graphUrl: string;
  readonly exchangeUrl: string;
  /** Whether Graph has message trace there. */
  readonly hasGraphTrace: boolean;
  /** The public page that tells whether admins can reach the portal; null where there is none. */
  readonly statusUrl: string | null;
}

/** GCC is part of the worldwide cloud. Hosts: https://learn.microsoft.com/graph/deployments and Connect-ExchangeOnline. */
export const CLOUDS: Readonly<Record<CloudName, Cloud>> = {
  worldwide: {
    authorityHost: 'https://login.microsoftonline.com',
    graphUrl: 'https://graph.microsoft.com',
    exchangeUrl: 'https://outlook.office365.com',
    hasGraphTrace: true,
    statusUrl: 'https://status.cloud.microsoft',
  },
  'gcc-high': {
    authorityHost: 'https://login.microsoftonline.us',
    graphUrl: 'https://graph.microsoft.us',
    exchangeUrl: 'https://outlook.office365.us',
    hasGraphTrace: false,
    statusUrl: null,
  },
  dod: {
    authorityHost: 'https://login.microsoftonline.us',
    graphUrl: 'https://dod-graph.microsoft.us',
    exchangeUrl: 'https://webmail.apps.mil',
    hasGraphTrace: false,
    statusUrl: null,
  },
  china: {
    authorityHost: 'https://login.chinacloudapi.cn',
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    exchangeUrl: 'https://partner.outlook.cn',
    hasGraphTrace: false,
    statusUrl: null,
  },
};

export const VIA_WORDS = ['auto', 'graph', 'exchange'] as const;
type ViaWord = (typeof VIA_WORDS)[number];

/** Which of the two services a trace is asked of. */
export type Via = Exclude<ViaWord, 'auto'>;

/** Whether Exchange may be asked where Graph does not answer. */
export function mayFallBack(asked: ViaWord, cloud: CloudName): boolean {
  return asked === 'auto' && CLOUDS[cloud].hasGraphTrace;
}

/** Graph where the cloud has message trace in it, else Exchange. Throws a usage failure for Graph where it has none. */
export function resolveVia(asked: ViaWord, cloud: CloudName): Via {
  const { hasGraphTrace } = CLOUDS[cloud];
  if (asked !== 'graph' || hasGraphTrace) {
    const auto = hasGraphTrace ? 'graph' : 'exchange';
    return asked === 'auto' ? auto : asked;
  }
  throw new Failure(
    'usage',
    `--via graph cannot be: Microsoft Graph has no message trace in the cloud ${cloud}.`,
    {
      remedy: `Ask Exchange, as --cloud ${cloud} --via exchange, or leave --via out.`,
    },
  );
}
