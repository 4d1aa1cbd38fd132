/**
 * The public status page of Microsoft 365, for when the portal cannot be reached. Knows its one address and its traps (a
 * page for people with 200, year 1); it has no contract, so whatever it does is an answer, and it never gets a token.
 */
import { Failure } from '#failure.js';
import type { StatusPageReading, StatusPageSource } from '#mailflow/health/status-page.js';

import { field, knownInstant, nonEmptyText, orNull, record, text } from '../decode.js';
import { type Answer, answerOf, jsonOf, locationWords } from '../http/answer.js';
import type { SourceClock } from '../http/clock.js';
import { withinTime } from '../http/deadline.js';
import { unansweredTrouble } from '../http/network-failure.js';
import { openSend, type Send, type SendLimits } from '../http/send.js';
import { parseServiceUrl, type ServiceOrigin, type ServiceWords } from '../http/service.js';
import { told } from '../http/told-send.js';
import { shownText } from '../sign-in/shown-text.js';
import { isAborted, stoppedFailure } from '../sign-in/stopped.js';
import type { EnvironmentVariables } from '../sign-in/token-source.js';
import { refuseUnverifiedTls } from '../sign-in/verified-tls.js';

interface StatusPageSourceOptions {
  /** Null where the page does not tell of the cloud that is asked about. */
  readonly origin: ServiceOrigin | null;
  /** One more certificate authority to trust, PEM. */
  readonly caPem: string | null;
  readonly env: EnvironmentVariables;
  readonly clock: SourceClock;
  /** On the monotonic clock; null for none. */
  readonly deadlineMs: number | null;
  readonly onRequest?: (text: string) => void;
  readonly limits?: SendLimits;
}

const STATUS_PAGE_WORDS: ServiceWords = {
  name: 'the public status page',
  urlFlag: null,
  urlVariable: 'MAILCHECK_STATUS_URL',
  exampleUrl: 'https://status.cloud.microsoft',
};

/** The admin centre of Microsoft 365. */
const PATH = '/api/posts/mac';

/** It is a small object, and nobody waits long for what explains little. */
const LIMITS: SendLimits = {
  bodyBytes: 256 * 1024,
  headerBytes: 32 * 1024,
  idleMs: 10_000,
  totalMs: 15_000,
};

const MESSAGE_CHARACTERS = 20_000;

export function parseStatusPageUrl(given: string): ServiceOrigin {
  return parseServiceUrl(given, STATUS_PAGE_WORDS);
}

export function openStatusPageSource(options: StatusPageSourceOptions): StatusPageSource {
  return {
    read: async (signal) => {
      if (isAborted(signal)) throw stoppedFailure(signal);
      try {
        const reading = await readPage(options, signal);
        if (isAborted(signal)) throw stoppedFailure(signal);
        return reading;
      } catch (error) {
        if (isAborted(signal) || !(error instanceof Failure)) throw error;
        return unreadable(error.message);
      }
    },
  };
}

async function readPage(options: StatusPageSourceOptions, signal: AbortSignal): Promise<StatusPageReading> {
  const { origin, env, clock, deadlineMs } = options;
  if (origin === null) return unreadable('The public status page tells of the worldwide cloud only.');
  if (origin.isSecure) refuseUnverifiedTls(env);
  const { host } = new URL(origin.origin);
  const send = told(openSend(origin, options, options.limits ?? LIMITS), options);
  const leftMs = deadlineMs === null ? null : deadlineMs - clock.monotonicMs();
  return withinTime({ leftMs, signal, timeUp: () => timeUp(host) }, (bounded) => ask(send, host, bounded));
}

function timeUp(host: string): Failure {
  return new Failure('timeout', `The time was up before ${host} had answered.`, {
    remedy: 'Raise --timeout.',
  });
}

async function ask(send: Send, host: string, signal: AbortSignal): Promise<StatusPageReading> {
  const sent = await send({ path: PATH, headers: { accept: 'application/json' }, json: null, signal });
  if (isAborted(signal)) throw stoppedFailure(signal);
  return sent.kind === 'answered'
    ? readAnswer(answerOf(sent.response), host)
    : unreadable(unansweredTrouble(sent, host, STATUS_PAGE_WORDS).failure.message);
}

function readAnswer(answer: Answer, host: string): StatusPageReading {
  const page = jsonOf(answer);
  if (page === null) return unreadable(strangeness(answer, host));
  const place = { document: `the answer of ${host}`, path: '', requestId: null };
  const post = record(page.value, place);
  return {
    kind: 'answered',
    status: shownText(field(post, 'Status', nonEmptyText, place), []),
    title: shownText(field(post, 'Title', orNull(text), place) ?? '', []),
    message: (field(post, 'Message', orNull(text), place) ?? '').slice(0, MESSAGE_CHARACTERS),
    authoredAt: authored(post['AuthoredDateTime']),
  };
}

/** A date that cannot be read is no reason to miss the word. */
function authored(value: unknown): Date | null {
  try {
    return knownInstant(value, { document: '', path: '', requestId: null });
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** For a wrong path it shows its page for people, with 200. */
function strangeness(answer: Answer, host: string): string {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    const words = [`status ${status}`, ...locationWords(answer)].join('; ');
    return `${host} sent us elsewhere, which is not followed (${words}).`;
  }
  if (status !== 200) return `${host} gave no status (status ${status}).`;
  const isJson = answer.contentType.includes('json');
  return `${host} answered with ${isJson ? 'broken JSON' : 'something other than JSON'} (status 200).`;
}

function unreadable(why: string): StatusPageReading {
  return { kind: 'unreadable', why };
}
