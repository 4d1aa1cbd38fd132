/** What else is looked at where a service is silent: named by the environment, else by the cloud. Pure. */
import { Failure } from '#failure.js';

import { CLOUDS } from './clouds.js';
import { type Environment, type ServiceFlags, textOf } from './service-settings.js';

export interface ReachSettings {
  /** The public status page, a base without path; null where the cloud has none. */
  readonly statusUrl: string | null;
  /** A host that has nothing to do with Microsoft, as a base without path. */
  readonly controlUrl: string;
  /** A mail host to try in place of those of our own domains. */
  readonly mailHost: MailHost | null;
  /** A mail host that takes connections from everybody and has to do with neither Microsoft nor us. */
  readonly controlMailHost: MailHost;
  /** Resolvers in place of those of this machine; empty for these. */
  readonly dnsServers: readonly string[];
  /** Where to connect in place of a mail host, as for a drill; on this machine only. */
  readonly detours: readonly Detour[];
}

export interface Detour {
  /** An address. */
  readonly from: MailHost;
  readonly to: MailHost;
}

export interface MailHost {
  readonly host: string;
  readonly port: number;
}

/**
 * Serves the connectivity checks of phones and browsers: made for such questions, at home in a network that is not
 * Microsoft's, near to everybody, and let through by most proxies. Not example.com, whose keepers ask that no program
 * should lean on it, and nothing of GitHub or npm, which are Microsoft's. Where it is blocked, MAILCHECK_CONTROL_URL names
 * another one.
 */
const CONTROL_URL = 'https://www.gstatic.com';

/** Where most mail of the world is taken in, by many machines: one connection more is nothing there. */
const CONTROL_MAIL_HOST: MailHost = { host: 'gmail-smtp-in.l.google.com', port: 25 };

export function resolveReachSettings(
  { cloud }: Pick<ServiceFlags, 'cloud'>,
  environment: Environment,
): ReachSettings {
  const mailHost = textOf(environment, 'MAILCHECK_MAIL_HOST');
  const controlMailHost = textOf(environment, 'MAILCHECK_CONTROL_MAIL_HOST');
  return {
    statusUrl: textOf(environment, 'MAILCHECK_STATUS_URL') ?? CLOUDS[cloud].statusUrl,
    controlUrl: textOf(environment, 'MAILCHECK_CONTROL_URL') ?? CONTROL_URL,
    mailHost: mailHost === null ? null : parseMailHost('MAILCHECK_MAIL_HOST', mailHost),
    controlMailHost:
      controlMailHost === null
        ? CONTROL_MAIL_HOST
        : parseMailHost('MAILCHECK_CONTROL_MAIL_HOST', controlMailHost),
    dnsServers: wordsOf(environment, 'MAILCHECK_DNS_SERVER'),
    detours: wordsOf(environment, 'MAILCHECK_MAIL_DETOUR').map(parseDetour),
  };
}

/** A name or an IPv4 address, or an IPv6 address in brackets, and a port. */
const MAIL_HOST = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253})):(\d{1,5})$/i;

function wordsOf(environment: Environment, name: string): readonly string[] {
  return (textOf(environment, name) ?? '').split(/\s+/).filter((word) => word !== '');
}

/** A detour to another machine would make its answers look like those of the host. */
function parseDetour(given: string): Detour {
  const [from = '', to = '', ...rest] = given.split('=');
  const detour = {
    from: parseMailHost('MAILCHECK_MAIL_DETOUR', from),
    to: parseMailHost('MAILCHECK_MAIL_DETOUR', to),
  };
  if (rest.length === 0 && /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/.test(detour.to.host)) return detour;
  throw new Failure('configuration', `MAILCHECK_MAIL_DETOUR does not lead to this machine: ${given}`, {
    remedy: 'Set it to ADDRESS:PORT=127.0.0.1:PORT, several with spaces between them, or leave it out.',
  });
}

function parseMailHost(variable: string, given: string): MailHost {
  const [, address, name, digits] = MAIL_HOST.exec(given) ?? [];
  const host = address ?? name;
  const port = Number(digits);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new Failure('configuration', `${variable} does not name a host and port: ${given}`, {
    remedy: 'Set it to HOST:PORT, as 127.0.0.1:2525 or [::1]:25, or leave it out.',
  });
}
