import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import { assess, lookOf } from '#mailflow/incident/assess.js';
import type { Sightings } from '#mailflow/incident/sightings.js';

import type { ExpectedDetails } from '../trace/plan-trace.js';
import { planVariant } from '../trace/plan-trace.js';
import { TRACE_PERMISSIONS } from '../trace/trace-options.js';
import type { Asked } from './ask-sightings.js';
import { askSightings } from './ask-sightings.js';
import { attempt } from './attempt.js';
import { concludeStatus } from './conclude-status.js';
import { inboundText } from './inbound-block.js';
import { keepHealth } from './keep-health.js';
import type { SignalRow } from './signal-row.js';
import { signalRows } from './signal-rows.js';
import { statusViews } from './status.view.js';
import type { StatusAnswer } from './status-answer.js';
import type { StatusOptions } from './status-options.js';
import { parseStatus } from './status-options.js';

export const status = defineCommand<StatusOptions, SignalRow, StatusAnswer>({
  words: ['status'],
  summary: 'Say on one screen whether mail flows, what is stuck and why, and what to do',
  permissions: [
    ...TRACE_PERMISSIONS,
    'Exchange.ManageAsApp and a role with View-Only Configuration, to see connectors as well; without them they are named as not seen',
    'Microsoft Graph ServiceHealth.Read.All; without it service health is named as not seen, code 3',
  ],
  examples: [
    { does: 'Rehearse on the outage of January 2026', line: 'status --drill=january-2026 --at 14:50' },
    { does: 'How is it in your tenant right now?', line: 'status' },
    { does: 'For a chat message, without addresses', line: 'status --format markdown --redact' },
    { does: 'In a script: exit code 2 only when mail is broken', line: 'status --fail-on critical --quiet' },
    { does: 'Half a day, with more of its reasons read', line: 'status --since 12h --sample 85' },
  ],
  about:
    'Asks message trace, service health, our own sign-in and reach, the public status page and connectors at the same time. Connectors only inform, but for a default domain that is stopped and mail that waits at a smart host: they are asked where Exchange goes with Graph, 6 questions of Exchange, one a second and ten seconds at most, unless an earlier run was told within 15 minutes, and not with --file, --max-requests or --via. A source that does not answer is named, and the verdict is then unknown unless something is proven; a stale or partial answer warns at most. A look is kept, so that later ones know what is usual.',
  flags: [
    flags.sinceFlag,
    flags.domainFlag,
    flags.sampleFlag,
    flags.fileFlag,
    flags.fileTimeZoneFlag,
    flags.dateOrderFlag,
    flags.planFlag,
    flags.maxRequestsFlag,
    flags.quotaFlag,
    flags.noHistoryFlag,
  ],
  asksGraphAlways: true,
  judges: true,
  schema: 'mailcheck.status/1',
  parse: parseStatus,
  run: runStatus,
  views: statusViews,
  variants: [planVariant<StatusOptions>(detailsOf)],
});

function detailsOf({ sample }: StatusOptions): ExpectedDetails {
  const most = sample === 'none' ? 0 : sample;
  return {
    detailsOf: 'held and failed deliveries',
    details: { atLeast: 0, atMost: most === 'all' ? null : most },
  };
}

async function* runStatus(options: StatusOptions, ports: Ports): Answer<SignalRow, StatusAnswer> {
  const asked = await askSightings(options, ports);
  const { sightings } = asked;
  const answer = { sightings, assessment: assess(sightings) };
  await keepLook(answer, asked, ports);
  await keepHealth(asked, ports);
  if (options.verbose) ports.note(inboundNote(sightings.inbound));
  yield* signalRows(answer);
  return concludeStatus(answer, asked);
}

/** On the screen it stands where there is something to say. */
function inboundNote({ value, why, remedy }: Sightings['inbound']): string {
  return `Inbound mail: ${value === null ? `not compared, ${why ?? 'not seen'}. ${remedy ?? ''}`.trim() : inboundText(value)}`;
}

/** What cannot be kept is no reason to withhold the answer. */
async function keepLook(
  { sightings, assessment }: StatusAnswer,
  { kept }: Asked,
  ports: Ports,
): Promise<void> {
  await attempt(async () => kept.looks?.keep(lookOf(assessment, sightings)), ports);
}
