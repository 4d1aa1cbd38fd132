import { Failure } from '#failure.js';

import { proxyFailure } from '../sign-in/proxy-trouble.js';
import type { Errand } from './errand.js';
import type { Trouble } from './exchange.js';
import type { Sent } from './send.js';
import type { ServiceWords } from './service.js';

type Unsent = Extract<Sent, { kind: 'unanswered' }>;

/** Why no whole answer came. A trouble of the way there is ours and says nothing about mail. */
export function unansweredTrouble({ why, code }: Unsent, host: string, words: ServiceWords): Trouble {
  switch (why) {
    case 'name':
      return unreachable(
        `The name ${host} could not be resolved (${code}): this is our own network, not the service.`,
        'Check DNS and the network of this machine, then try again.',
        true,
      );
    case 'refused':
      return unreachable(
        `${host} cannot be reached (${code}).`,
        'Check that the address is right and that proxy and firewall let this machine through, then try again.',
        NO_WAY_OUT.has(code),
      );
    case 'slow':
      return {
        reason: 'timeout',
        failure: new Failure('unreachable', `${host} did not answer in time (${code}).`, {
          remedy: 'Check proxy and firewall of this machine, then try again.',
        }),
      };
    case 'broken':
    case 'cut':
    case 'stopped':
      return unreachable(
        `The connection to ${host} broke before the answer was whole (${code}).`,
        'Try again; if it stays, look at proxies and at the network between here and there.',
      );
    case 'proxy':
      return { reason: 'unreachable', failure: proxyFailure(code, host) };
    case 'proxy-refused':
      return { reason: 'refused', failure: proxyFailure(code, host) };
    case 'certificate':
      return refused(
        `The certificate of ${host} is not trusted (${code}).`,
        'If a proxy signs it, name its PEM file with --ca-file; otherwise check the clock and the address.',
      );
    case 'not-tls':
      return refused(
        `${host} does not speak TLS (${code}).`,
        `Check scheme, host and port of ${words.urlFlag ?? words.urlVariable}.`,
      );
    case 'too-large':
      return protocol(
        `The answer of ${host} is larger than any of ${words.name}.`,
        `Check that the address is that of ${words.name} and that no proxy rewrites answers.`,
      );
    case 'odd':
      return protocol(
        `${host} does not answer as HTTP asks for (${code}).`,
        `Check that the address is that of ${words.name} and that no proxy rewrites answers.`,
      );
  }
}

interface AskedToPause {
  readonly host: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly errand: Errand;
}

/** The service asks for a pause, for quota, that is too long for us, or once too often. */
export function throttledTrouble({ host, status, requestId, errand }: AskedToPause, waitMs: number): Trouble {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return {
    reason: 'throttled',
    failure: new Failure('throttled', `${host} asks for a pause of ${retryAfterSeconds} s (${status}).`, {
      remedy: errand.whenThrottled(retryAfterSeconds),
      retryAfterSeconds,
      ...(requestId === null ? {} : { requestId }),
    }),
  };
}

/** The service is in trouble and asks for a pause that does not end before the deadline, or once too often. */
export function pausedTrouble({ host, status, requestId }: AskedToPause, waitMs: number): Trouble {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const message = `${host} is in trouble and asks for a pause of ${retryAfterSeconds} s (${status}).`;
  return {
    reason: 'unreachable',
    failure: new Failure('unreachable', message, {
      remedy: `Try again in ${retryAfterSeconds} s, or raise --timeout.`,
      retryAfterSeconds,
      ...(requestId === null ? {} : { requestId }),
    }),
  };
}

/** Nothing leads out of this machine. */
const NO_WAY_OUT: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL']);

function unreachable(message: string, remedy: string, meetsEveryService = false): Trouble {
  return {
    reason: 'unreachable',
    failure: new Failure('unreachable', message, { remedy, meetsEveryService }),
  };
}

function refused(message: string, remedy: string): Trouble {
  return { reason: 'refused', failure: new Failure('configuration', message, { remedy }) };
}

function protocol(message: string, remedy: string): Trouble {
  return { reason: 'protocol', failure: new Failure('protocol', message, { remedy }) };
}
