import { Failure } from '#failure.js';

/** The one place that our token may go to. */
export interface ServiceOrigin {
  /** As `https://graph.microsoft.com`, without a path. */
  readonly origin: string;
  readonly isSecure: boolean;
}

/** A service in the words of messages and cures. */
export interface ServiceWords {
  /** As `Microsoft Graph`. */
  readonly name: string;
  /** The flag and the variable with which another address is named; not all have a flag. */
  readonly urlFlag: string | null;
  readonly urlVariable: string;
  /** Its address in the worldwide cloud. */
  readonly exampleUrl: string;
}

/** A base address without path. Plain http is for this machine only: a token would cross the network in the clear. */
export function parseServiceUrl(given: string, words: ServiceWords): ServiceOrigin {
  const url = URL.canParse(given) ? new URL(given) : null;
  const flag = words.urlFlag === null ? words.urlVariable : `${words.urlFlag} (${words.urlVariable})`;
  const wrongUrl = (why: string): Failure =>
    new Failure('configuration', `The address of ${words.name} ${why}.`, {
      remedy: `Set ${flag} to a base such as ${words.exampleUrl} or http://127.0.0.1:8080, or leave it out.`,
    });
  if (url === null || !['https:', 'http:'].includes(url.protocol)) throw wrongUrl('is not an https address');
  if (url.username !== '' || url.password !== '') throw wrongUrl('must not hold a user or password');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw wrongUrl('must be a base without path');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrongUrl('must be https: plain http is for loopback');
  return { origin: url.origin, isSecure: url.protocol === 'https:' };
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
