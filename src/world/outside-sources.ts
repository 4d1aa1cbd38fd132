/** What is looked at beside the services themselves: the public status page, and what can be reached from here. */
import type { HealthRequest, ReachRequest } from '#cli/ports.js';
import type { MailDns } from '#mailflow/connector/dns/mail-dns.js';
import type { StatusPageSource } from '#mailflow/health/status-page.js';
import type { ReachSource } from '#mailflow/reach/reach-source.js';
import { resolveReachSettings } from '#settings/reach-settings.js';
import { resolveServiceSettings } from '#settings/service-settings.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openReachSource, parseControlUrl, type WebTarget } from '#sources/reach/reach-source.js';
import { signInAuthority } from '#sources/sign-in/choose-credential.js';
import { openStatusPageSource, parseStatusPageUrl } from '#sources/status-page/status-page-source.js';

import { CLOCK, type Road } from './road.js';

export async function statusPageSource(request: HealthRequest, road: Road): Promise<StatusPageSource> {
  const { options, environment } = road;
  const { statusUrl } = resolveReachSettings(options, environment);
  return openStatusPageSource({
    origin: statusUrl === null ? null : parseStatusPageUrl(statusUrl),
    caPem: await road.caPem(resolveServiceSettings(options, environment)),
    env: environment,
    clock: CLOCK,
    deadlineMs: road.deadlineMs(request.timeoutSeconds),
    ...road.onRequest,
  });
}

/** The hosts that the program would ask, whichever it asks in this run, and the way in for mail. */
export async function reachSource(request: ReachRequest, road: Road): Promise<ReachSource> {
  const { options, environment } = road;
  const graph = resolveServiceSettings({ ...options, via: 'graph' }, environment);
  const exchange = resolveServiceSettings({ ...options, via: 'exchange' }, environment);
  const { controlUrl, mailHost } = resolveReachSettings(options, environment);
  const { signInEnvironment: env, authorityHost } = graph;
  const signIn = signInAuthority({ env, authorityHost }).authorityHost;
  const graphOrigin = parseGraphUrl(graph.url);
  const caPem = await road.caPem(graph);
  const { only } = request;
  const control: WebTarget = { target: 'control', origin: parseControlUrl(controlUrl) };
  return openReachSource({
    web:
      only === 'control'
        ? [control]
        : [
            control,
            { target: 'sign-in', origin: { origin: signIn, isSecure: true } },
            { target: 'graph', origin: graphOrigin },
            { target: 'exchange', origin: parseExchangeUrl(exchange.url) },
          ],
    mail:
      mailHost === null || only === 'control'
        ? { domains: request.ownDomains, mailHosts: await mailHostsBy(road) }
        : { server: mailHost },
    tokens: graph.readyToken === null ? () => road.tokens(graph, caPem) : null,
    scope: `${graphOrigin.origin}/.default`,
    caPem,
    env: environment,
    monotonicMs: CLOCK.monotonicMs,
    deadlineMs: road.deadlineMs(request.timeoutSeconds),
    ...road.onRequest,
  });
}

/** Only the hosts' names: they are connected to as any program here would connect. */
async function mailHostsBy({ options, environment }: Road): Promise<MailDns['mailHosts']> {
  const { dnsServers } = resolveReachSettings(options, environment);
  const { openMailDns } = await import('#sources/dns/mail-dns.js');
  return openMailDns({ resolvers: dnsServers, allowPrivate: true, caPem: null, env: environment }).mailHosts;
}
