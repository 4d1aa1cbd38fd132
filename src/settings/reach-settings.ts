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

export function resolveReachSettings(
  { cloud }: Pick<ServiceFlags, 'cloud'>,
  environment: Environment,
): ReachSettings {
  const mailHost = textOf(environment, 'MAILCHECK_MAIL_HOST');
  return {
    statusUrl: textOf(environment, 'MAILCHECK_STATUS_URL') ?? CLOUDS[cloud].statusUrl,
    controlUrl: textOf(environment, 'MAILCHECK_CONTROL_URL') ?? CONTROL_URL,
    mailHost: mailHost === null ? null : parseMailHost(mailHost),
  };
}

/** A name or an IPv4 address, or an IPv6 address in brackets, and a port. */
const MAIL_HOST = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253})):(\d{1,5})$/i;

function parseMailHost(given: string): MailHost {
  const [, address, name, digits] = MAIL_HOST.exec(given) ?? [];
  const host = address ?? name;
  const port = Number(digits);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new Failure('configuration', `MAILCHECK_MAIL_HOST does not name a host and port: ${given}`, {
    remedy: 'Set it to HOST:PORT, as 127.0.0.1:2525 or [::1]:25, or leave it out.',
  });
}
