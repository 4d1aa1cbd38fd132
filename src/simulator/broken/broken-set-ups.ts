/** What admins meet before their first answer, as data: one row each. */
import type { Fault, ScriptedFault } from '../faults.js';
import { SECRET_MARK } from '../sign-in/secret-mark.js';
import type { BrokenSetUp } from './broken-set-up.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOBODY = '00000000-0000-4000-8000-000000000000';

function always(fault: Fault): readonly ScriptedFault[] {
  return [{ request: 1, times: Infinity, fault }];
}

const PAUSE = always({ kind: 'status', status: 429, retryAfter: '240' });
const WEB_PAGE = always({ kind: 'html', status: 200 });

/** Names that no name server may know (RFC 6761, 6.4). */
const ELSEWHERE = {
  AZURE_AUTHORITY_HOST: 'https://login.contoso.invalid',
  MAILCHECK_GRAPH_URL: 'https://graph.contoso.invalid',
  MAILCHECK_EXCHANGE_URL: 'https://exchange.contoso.invalid',
  MAILCHECK_STATUS_URL: 'https://status.contoso.invalid',
  MAILCHECK_CONTROL_URL: 'https://control.fabrikam.invalid',
};

const NO_PROXY_AT_ALL = {
  https_proxy: undefined,
  HTTPS_PROXY: undefined,
  all_proxy: undefined,
  ALL_PROXY: undefined,
};

/** The nearest first, as they are looked at. */
export const BROKEN_SET_UPS: readonly BrokenSetUp[] = [
  {
    name: 'open-home',
    title: 'others may write to the folder of what is kept',
    home: 'open-to-all',
  },
  { name: 'no-home', title: 'the folder of what is kept cannot be made', home: 'below-a-file' },
  { name: 'damaged-store', title: 'a store on this machine is damaged', home: 'damaged-store' },
  {
    name: 'no-ca-file',
    title: 'the CA file that is named is not there',
    variables: () => ({ MAILCHECK_CA_FILE: '/nowhere/ca.pem' }),
  },
  {
    name: 'unchecked-tls',
    title: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set',
    variables: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
  },
  { name: 'wrong-clock', title: 'the clock of this machine is 47 min behind', aheadMs: 47.5 * MINUTE_MS },
  {
    name: 'proxy-refuses',
    title: 'the proxy wants a user and a password (407)',
    variables: ({ proxy }) => ({
      ...ELSEWHERE,
      ...NO_PROXY_AT_ALL,
      ...{ HTTPS_PROXY: `http://${proxy}`, no_proxy: undefined, NO_PROXY: undefined },
    }),
    proxyAnswers: 407,
  },
  {
    name: 'no-dns',
    title: 'no name can be resolved',
    variables: () => ({ ...ELSEWHERE, ...NO_PROXY_AT_ALL }),
  },
  {
    name: 'opened-tls',
    title: 'somebody opens TLS on the way, with an authority that is not trusted',
    isSignedByAnother: true,
  },
  {
    name: 'sign-in-shut',
    title: 'the sign-in host cannot be reached',
    tenant: { unreachable: ['sign-in'] },
  },
  {
    name: 'graph-shut',
    title: 'the Graph host cannot be reached',
    tenant: { unreachable: ['graph'] },
  },
  {
    name: 'no-credentials',
    title: 'nothing is there to sign in with',
    variables: () => ({ AZURE_CLIENT_SECRET: undefined }),
  },
  {
    name: 'wrong-secret',
    title: 'the client secret is wrong (AADSTS7000215)',
    variables: () => ({ AZURE_CLIENT_SECRET: `drill~${SECRET_MARK}-the-id-and-not-the-value` }),
  },
  {
    name: 'expired-secret',
    title: 'the client secret has expired (AADSTS7000222)',
    tenant: { tokenRefusal: 7_000_222 },
  },
  {
    name: 'unknown-app',
    title: 'the tenant does not know the app (AADSTS700016)',
    variables: () => ({ AZURE_CLIENT_ID: NOBODY }),
  },
  {
    name: 'unknown-tenant',
    title: 'there is no such tenant (AADSTS90002)',
    variables: () => ({ AZURE_TENANT_ID: NOBODY }),
  },
  {
    name: 'wrong-cloud',
    title: 'the tenant lives in another cloud (AADSTS500011)',
    tenant: { tokenRefusal: 500_011 },
  },
  {
    name: 'no-consent',
    title: 'nobody has consented to the app (AADSTS65001)',
    tenant: { tokenRefusal: 65_001 },
  },
  {
    name: 'blocked-sign-in',
    title: 'Conditional Access blocks the sign-in (AADSTS53003)',
    tenant: { tokenRefusal: 53_003 },
  },
  {
    name: 'wrong-token',
    title: 'the ready token is for another service',
    variables: ({ tenant }) => ({ MAILCHECK_GRAPH_TOKEN: tenant.issueExchangeToken() }),
  },
  {
    name: 'expired-token',
    title: 'the ready token has expired',
    variables: ({ tenant, now }) => ({
      MAILCHECK_GRAPH_TOKEN: tenant.issueToken(new Date(now.getTime() - 3 * HOUR_MS)),
    }),
  },
  {
    name: 'quota-used-up',
    title: 'the services ask for a pause of 240 s (429)',
    tenant: { faults: PAUSE, exchangeFaults: PAUSE },
  },
  {
    name: 'web-portal',
    title: 'a web page stands where the services should answer',
    tenant: { faults: WEB_PAGE, announcementFaults: WEB_PAGE, exchangeFaults: WEB_PAGE },
  },
  {
    name: 'service-principal',
    title: 'the service principal of message trace is missing (401)',
    tenant: { onboarding: 'service-principal-missing' },
  },
  {
    name: 'trace-permission',
    title: 'ExchangeMessageTrace.Read.All is not granted (403)',
    tenant: { onboarding: 'permission-missing', withoutRoles: ['ExchangeMessageTrace.Read.All'] },
  },
  {
    name: 'health-permission',
    title: 'ServiceHealth.Read.All is not granted (403)',
    tenant: { announcementOnboarding: 'health-missing', withoutRoles: ['ServiceHealth.Read.All'] },
  },
  {
    name: 'exchange-permission',
    title: 'Exchange.ManageAsApp is not granted (401)',
    tenant: { exchangeOnboarding: 'permission-missing', withoutRoles: ['Exchange.ManageAsApp'] },
  },
  {
    name: 'exchange-role',
    title: 'the app has no role in Exchange (403)',
    tenant: { exchangeOnboarding: 'role-missing' },
  },
];
