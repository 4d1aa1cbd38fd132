import type { RawArguments } from '#cli/flag.js';
import { badValue, readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { ConnectorRequest, PathRequest } from '#cli/ports.js';
import * as probeFlags from '#cli/probe-flags.js';
import { Failure } from '#failure.js';
import { parseDomain } from '#mailflow/address/parse-address.js';
import { parseIpAddress } from '#mailflow/connector/dns/ip-address.js';
import type { NamedHost } from '#mailflow/connector/path/named-host.js';
import type { StopPoint } from '#mailflow/connector/probe/smtp-prober.js';

export interface ProbeOptions {
  /** Null: nobody is asked for connectors and domains, and nobody signs in. */
  readonly request: ConnectorRequest | null;
  readonly paths: PathRequest;
  /** Connectors by name or GUID; empty for all. */
  readonly wanted: readonly string[];
  readonly domains: readonly string[];
  readonly hosts: readonly NamedHost[];
  readonly stopAfter: StopPoint | null;
  readonly recipient: string | null;
  readonly confirm: boolean;
  readonly now: Date;
}

/** On which mail is taken (RFC 5321, 8314, 6409). */
const MAIL_PORTS: readonly number[] = [25, 465, 587];

export function parseProbe(raw: RawArguments, context: ParseContext): ProbeOptions {
  const wanted = readFlag(raw, probeFlags.connectorFlag, context);
  const hosts = readFlag(raw, probeFlags.hostFlag, context);
  const domains = readDomains(raw, context);
  const asksExchange = wanted.length > 0 || (hosts.length === 0 && domains.length === 0);
  const options: ProbeOptions = {
    request: asksExchange ? readConnectorRequest(raw, context) : null,
    paths: {
      allowPrivate: readFlag(raw, probeFlags.allowPrivateFlag, context),
      resolvers: readFlag(raw, probeFlags.resolverFlag, context),
      ports: readFlag(raw, probeFlags.allowPortFlag, context),
      timeoutSeconds: null,
    },
    ...{ wanted, domains, hosts },
    stopAfter: readFlag(raw, probeFlags.stopAfterFlag, context),
    recipient: readFlag(raw, probeFlags.probeRecipientFlag, context),
    confirm: readFlag(raw, probeFlags.confirmFlag, context),
    now: context.now,
  };
  refusePorts(options);
  refuseIdle(options);
  return options;
}

export function readConnectorRequest(raw: RawArguments, context: ParseContext): ConnectorRequest {
  return {
    maxRequests: readFlag(raw, flags.maxRequestsFlag, context),
    waitForQuota: readFlag(raw, flags.waitFlag, context),
    quota: readFlag(raw, flags.quotaFlag, context),
    keepsHistory: !readFlag(raw, flags.noHistoryFlag, context),
  };
}

function readDomains(raw: RawArguments, context: ParseContext): readonly string[] {
  return readFlag(raw, flags.domainFlag, context).map((text) => {
    const parsed = parseDomain(text);
    if (!parsed.ok) throw badValue('--domain', text, parsed.expected, 'contoso.example');
    if (parseIpAddress(parsed.value) !== null)
      throw badValue('--domain', text, 'a domain (a server is named with --host)', 'contoso.example');
    return parsed.value;
  });
}

/** A probe must not become a scan. */
function refusePorts({ hosts, paths }: ProbeOptions): void {
  const odd = hosts.find(({ port }) => !MAIL_PORTS.includes(port) && !paths.ports.includes(port));
  if (odd === undefined) return;
  throw new Failure('usage', `--host names port ${odd.port}; mail is taken on ${MAIL_PORTS.join(', ')}.`, {
    remedy: `If a mail server of yours listens there, add --allow-port ${odd.port}.`,
  });
}

/** What would not be heeded must not look heeded. */
function refuseIdle({ stopAfter, recipient, confirm, request }: ProbeOptions): void {
  if (stopAfter === 'rcpt' && recipient === null) {
    throw new Failure('usage', '--stop-after rcpt needs somebody whom RCPT may name.', {
      remedy: 'Add a mailbox of yours, as --probe-recipient probe@contoso.example',
    });
  }
  if (stopAfter !== null && stopAfter !== 'rcpt' && recipient !== null) {
    throw new Failure(
      'usage',
      `--probe-recipient is for RCPT, and --stop-after ${stopAfter} ends before it.`,
      {
        remedy: 'Leave one of them out.',
      },
    );
  }
  if (confirm && request === null) {
    throw new Failure(
      'usage',
      '--confirm looks for deferrals of connectors, and no connector is asked for.',
      {
        remedy: 'Leave --confirm out, or --host and --domain.',
      },
    );
  }
}
