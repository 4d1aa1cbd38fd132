import type { Answer, Conclusion } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import * as probeFlags from '#cli/probe-flags.js';
import { LEVEL_ORDER } from '#mailflow/connector/judge-connectors.js';
import { sharedGaps } from '#mailflow/connector/path/merge-drafts.js';
import type { Gap } from '#mailflow/finding.js';

import type { PathRow } from './path-row.js';
import { probeViews } from './probe.view.js';
import type { ProbeAnswer } from './probe-answer.js';
import { parseProbe, type ProbeOptions } from './probe-options.js';
import { askSetUp, type SetUp, type WalkedPaths, walkPaths } from './walk-paths.js';

const SCREEN_ROWS = 40;

export const connectorsProbe = defineCommand<ProbeOptions, PathRow, ProbeAnswer>({
  words: ['connectors', 'probe'],
  summary:
    'Walk every path of mail up to its hosts: DNS, connection, TLS, certificate, fail-over; sends no mail',
  permissions: [
    'none with --host or --domain: nobody signs in',
    'else, to learn connectors and domains, Exchange.ManageAsApp and a role with View-Only Configuration (mailcheck help permissions)',
    '--confirm: a role that may see message traces as well',
  ],
  examples: [
    { does: 'Rehearse on a simulated tenant', line: 'connectors probe --drill=june-2026' },
    {
      does: 'The same, with what the trace says of hosts that do not answer',
      line: 'connectors probe --drill=june-2026 --confirm',
    },
    { does: 'All smart hosts of the tenant, and all MX that it needs', line: 'connectors probe' },
    {
      does: 'One relay, without signing in',
      line: 'connectors probe --host mail.contoso.example --host 192.0.2.26',
    },
    {
      does: 'Would Exchange Online take mail for us right now? Up to RCPT, no message',
      line: 'connectors probe --domain contoso.example --probe-recipient probe@contoso.example',
    },
    {
      does: 'A relay inside our network',
      line: 'connectors probe --host relay.contoso.example --allow-private',
    },
  ],
  about:
    'For each smart host of the outbound connectors (what Exchange Online meets at our relay) and each MX of their recipients where they go by MX, each MX of the accepted domains (what our relay and all others meet at Exchange Online) and each host that is named. Each address is tried with one connection: greeting, EHLO, STARTTLS, certificate, EHLO again, and with a probe recipient MAIL with the null sender and RCPT. DATA is never sent. At most 50 at once, 2 to one address, a second apart. The way of this machine is tried first with a host that takes connections from everybody (MAILCHECK_CONTROL_MAIL_HOST); if that is shut, all is unknown and nothing critical. A smart host that turns us away may still admit Microsoft, so that is unknown until --confirm finds deferrals 4.4.312 to 4.4.318 in the trace that name it (last 4 hours, a sample of 10). No proxy of HTTP leads to mail hosts or name servers: both are asked from this machine directly, whatever HTTPS_PROXY says. A probe proves reach, never acceptance: in both outages of 2026 all was green up to TLS.',
  flags: [
    probeFlags.hostFlag,
    { ...flags.domainFlag, help: 'A domain whose MX is to be probed; with it nobody signs in. Repeat.' },
    probeFlags.connectorFlag,
    probeFlags.stopAfterFlag,
    probeFlags.probeRecipientFlag,
    probeFlags.resolverFlag,
    probeFlags.allowPrivateFlag,
    probeFlags.allowPortFlag,
    probeFlags.confirmFlag,
    flags.maxRequestsFlag,
    flags.waitFlag,
    flags.quotaFlag,
    flags.noHistoryFlag,
  ],
  commonFlags: flags.EXCHANGE_FLAGS,
  asksOnly: 'exchange',
  judges: true,
  schema: 'mailcheck.probe/1',
  habits: () => ({ screenRows: SCREEN_ROWS }),
  parse: parseProbe,
  run: runProbe,
  views: probeViews,
});

async function* runProbe(options: ProbeOptions, ports: Ports): Answer<PathRow, ProbeAnswer> {
  const walked = await walkPaths(options, () => askSetUp(options, ports), ports);
  yield walked.answer.rows;
  return conclude(walked);
}

function conclude({ set, answer, confirmation, mailHostFindings }: WalkedPaths): Conclusion<ProbeAnswer> {
  const { requests, gaps } = confirmation;
  const findings = [...answer.routes.flatMap((route) => route.findings), ...mailHostFindings].toSorted(
    (a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level],
  );
  return {
    result: answer,
    summary: summaryOf(answer),
    tenant: set?.source.tenant ?? null,
    source: {
      kind: set?.source.kind ?? 'probe',
      asOf: set?.source.asOf() ?? null,
      requests: (set?.source.requestCount() ?? 0) + requests,
    },
    window: null,
    findings,
    incomplete: [...relevantGaps(set), ...sharedGaps(answer.routes.flatMap((route) => route.gaps)), ...gaps],
  };
}

/** What of the set-up was not to be seen; only what has to do with paths. */
function relevantGaps(set: SetUp | null): readonly Gap[] {
  if (set === null) return [];
  const { sight, gaps } = set.inventory;
  const isWhole = sight.outbound === 'whole' && sight.domains === 'whole';
  return isWhole ? [] : gaps;
}

function summaryOf({
  rows,
  routes,
  unprobed,
  domainsLeftOut,
  inPart,
  own,
  furthest,
  isConfirmed,
}: ProbeAnswer): object {
  const of = (status: PathRow['status']): number => rows.filter((row) => row.status === status).length;
  return {
    paths: rows.length,
    byStatus: {
      ...{ pass: of('pass'), warn: of('warn'), fail: of('fail') },
      ...{ temperror: of('temperror'), permerror: of('permerror'), skipped: of('skipped') },
    },
    routes: routes.map(({ route, order, worksAt, secondWorks }) => ({
      ...{ role: route.role, route: route.name, domain: route.mxOf, isNeeded: route.isNeeded },
      ...{ order, worksAt, secondWorks },
    })),
    ...{ furthest, acceptanceTested: false, deferralsAsked: isConfirmed },
    ownNetwork: own,
    notProbed: { connectors: unprobed, acceptedDomains: domainsLeftOut, addressesOf: inPart },
  };
}
