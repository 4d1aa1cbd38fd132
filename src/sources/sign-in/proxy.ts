import { Failure } from '#failure.js';

import type { EnvironmentVariables } from './token-source.js';

/** A proxy that speaks plain HTTP and opens tunnels; what goes through one is encrypted for the service. */
export interface Proxy {
  readonly host: string;
  readonly port: number;
  /** For the proxy alone; null without user and password. Secret. */
  readonly authorization: string | null;
}

/** As curl reads them: the first that is set, small letters before capitals. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'] as const;

/** The proxy on the way to an https origin, or null for none. This machine itself is never asked through one. */
export function proxyFor(origin: string, env: EnvironmentVariables): Proxy | null {
  const variable = VARIABLES.find((name) => (env[name]?.trim() ?? '') !== '');
  const target = new URL(origin);
  if (variable === undefined || isLoopback(target.hostname) || isExcepted(target, env)) return null;
  return parseProxy(env[variable]?.trim() ?? '', variable);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** `no_proxy` lists names, each with all below it, with a port where that matters; `*` stands for all. */
function isExcepted({ hostname, port }: URL, env: EnvironmentVariables): boolean {
  const listed = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').toLowerCase().split(/[\s,]+/);
  return listed.some((entry) => {
    if (entry === '*') return true;
    const [, name = '', entryPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
    if (name === '' || (entryPort !== undefined && entryPort !== (port || '443'))) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}

function parseProxy(given: string, variable: string): Proxy {
  const text = given.includes('://') ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:' || url.hostname === '') {
    // Not shown: it may hold a password.
    throw new Failure('configuration', `${variable} does not name a proxy that can be used.`, {
      remedy: `Set ${variable} to http://HOST:PORT of a proxy that speaks plain HTTP, or unset it; in a password write @ as %40, / as %2F, # as %23; name hosts that need no proxy in NO_PROXY.`,
    });
  }
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    authorization: credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

/** As curl does it: a % that stands for nothing is itself, for many a password was never encoded. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
