/**
 * Service health and the message centre over Microsoft Graph, as a health source. Knows the wire, its two spellings, its
 * quota and failures; it refuses to know which service or issue means mail.
 */
import { randomUUID } from 'node:crypto';

import { Failure } from '#failure.js';
import type {
  HealthAnswer,
  HealthQuery,
  HealthSource,
  MessagesAnswer,
} from '#mailflow/health/health-source.js';
import { isOpen } from '#mailflow/health/is-open.js';
import type { CentreMessage, HealthOverview, ServiceIssue } from '#mailflow/health/service-issue.js';

import type { Place } from '../decode.js';
import { openRequestGate } from '../http/request-gate.js';
import { openSend, SEND_LIMITS } from '../http/send.js';
import { createServiceClock, type ServiceClock } from '../http/service-clock.js';
import type { ServiceOptions } from '../http/service-options.js';
import { told } from '../http/told-send.js';
import { refuseUnverifiedTls } from '../sign-in/verified-tls.js';
import { whole } from './announcement.js';
import { type Announcements, gapOf, listAnnouncements, type Listed } from './announcements.js';
import { type GraphArea, HEALTH_AREA, MESSAGES_AREA } from './graph-area.js';
import { type GraphClient, openGraphClient } from './graph-client.js';
import {
  decodeIssue,
  decodeOverview,
  HEALTH_OVERVIEWS_PATH,
  issuePath,
  ISSUES_PATH,
  OPEN_ISSUES_FILTER,
} from './service-health.js';
import { changedSince, decodeMessage, MESSAGES_PATH } from './service-messages.js';

export interface GraphHealthSourceOptions extends ServiceOptions {
  /** `drill` when the other side is the simulated tenant. */
  readonly kind?: 'graph' | 'drill';
}

/** Opens nothing yet; the first question does. Throws a Failure when the settings are wrong. */
export function openGraphHealthSource(options: GraphHealthSourceOptions): HealthSource {
  const own = options.origin;
  if (own.isSecure) refuseUnverifiedTls(options.env);
  const { errand } = HEALTH_AREA;
  const gate = openRequestGate({ ...options, errand, onCountdown: options.onCountdown ?? ignore });
  const clock = createServiceClock(options.clock);
  const send = clock.watch(told(openSend(own, options, options.limits ?? SEND_LIMITS), options));
  const clientOf = (area: GraphArea): GraphClient =>
    openGraphClient({
      ...{ area, own, send, gate, otherWay: null },
      tokens: options.tokens,
      clock: options.clock,
      deadlineMs: options.deadlineMs,
      newRequestId: options.newRequestId ?? randomUUID,
      onNotice: options.onNotice,
    });
  const health = clientOf(HEALTH_AREA);
  const messages = clientOf(MESSAGES_AREA);
  let asOf: Date | null = null;
  const seenAt = (date: Date | null): void => void (asOf ??= date);
  return {
    kind: options.kind ?? 'graph',
    tenant: options.tenant,
    requestCount: gate.admittedCount,
    asOf: () => asOf,
    health: async (query, signal) => {
      const answer = await askHealth({ client: health, clock, query }, signal);
      seenAt(answer.asOf);
      return answer;
    },
    issue: async (id, signal) => {
      const { issue, broken, date } = await askIssue(health, id, signal);
      seenAt(date);
      const [first] = broken;
      if (first !== undefined)
        options.onNotice(`${broken.length} posts of ${id} are left out. ${first.message}`);
      return issue;
    },
    messages: async (since, signal) => {
      const list = await listAnnouncements(messages, messagesSince(since), signal);
      if (list.kind === 'missing') throw list.trouble.failure;
      seenAt(list.asOf);
      return messagesAnswer(list, since);
    },
  };
}

function ignore(): void {
  // Nobody watches.
}

interface HealthQuestion {
  readonly client: GraphClient;
  readonly clock: ServiceClock;
  readonly query: HealthQuery;
}

/** The two lists at once: either can explain an outage without the other, and both are needed to call it calm. */
async function askHealth(
  { client, clock, query }: HealthQuestion,
  signal: AbortSignal,
): Promise<HealthAnswer> {
  const [services, issues] = await Promise.all([
    listAnnouncements(client, OVERVIEWS, signal),
    listAnnouncements(client, issuesOf(query), signal),
  ]);
  if (services.kind === 'missing' && issues.kind === 'missing') throw mainFailure(issues, services);
  const dates = [services, issues].flatMap((list) =>
    list.kind === 'listed' && list.asOf !== null ? [list.asOf] : [],
  );
  return {
    services: itemsOf(services),
    issues: itemsOf(issues).filter((issue) => isAskedFor(issue, query)),
    gaps: [...gapsOf(services, OVERVIEWS.what), ...gapsOf(issues, ISSUES)],
    asOf: dates.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null,
    // Not `-0`.
    clockAheadMs: 0 - clock.aheadMs(),
  };
}

type Missing = Extract<Listed<never>, { kind: 'missing' }>;

/** Where one part was refused and the other may come at the next try, that is worth one. */
function mainFailure(issues: Missing, services: Missing): Failure {
  const isLasting = issues.trouble.reason === 'refused' && services.trouble.reason !== 'refused';
  return (isLasting ? services : issues).trouble.failure;
}

function itemsOf<T>(list: Listed<T>): readonly T[] {
  return list.kind === 'listed' ? list.items : [];
}

function gapsOf(list: Listed<unknown>, what: string): HealthAnswer['gaps'] {
  return list.kind === 'listed' ? list.gaps : [gapOf(list.trouble, what)];
}

const OVERVIEWS: Announcements<HealthOverview> = {
  area: HEALTH_AREA,
  path: HEALTH_OVERVIEWS_PATH,
  filter: null,
  decode: whole(decodeOverview),
  keyOf: ({ id }) => id,
  changedAt: () => null,
  what: 'the services and how they are',
};

const ISSUES = 'the issues of the services';

function issuesOf({ resolvedToo }: HealthQuery): Announcements<ServiceIssue> {
  return {
    area: HEALTH_AREA,
    path: ISSUES_PATH,
    filter: resolvedToo ? null : OPEN_ISSUES_FILTER,
    decode: decodeIssue,
    keyOf: ({ id }) => id,
    changedAt: ({ modifiedAt }) => modifiedAt,
    what: ISSUES,
  };
}

/** Whatever the service made of the filter: an open issue always is, a resolved one where it was wished for. */
function isAskedFor(issue: ServiceIssue, { resolvedToo, since }: HealthQuery): boolean {
  if (isOpen(issue)) return true;
  const lastMs = Math.max(...[issue.endedAt, issue.modifiedAt].map((date) => date?.getTime() ?? 0));
  return resolvedToo && (since === null || lastMs === 0 || lastMs >= since.getTime());
}

interface IssueFound {
  readonly issue: ServiceIssue | null;
  /** Why posts of it could not be read. */
  readonly broken: readonly Failure[];
  readonly date: Date | null;
}

async function askIssue(client: GraphClient, id: string, signal: AbortSignal): Promise<IssueFound> {
  const path = issuePath(id);
  const target = { kind: 'question', path, filter: null, top: null, pageSize: null } as const;
  const got = await client.get(target, signal);
  if (got.kind === 'page') {
    const place = { document: `the issue ${id}`, path: '', requestId: got.requestId };
    return { ...oneIssue(got.body, id, place), date: got.date };
  }
  // A 404 of something else says that we asked in the wrong place, and nothing about the issue.
  if (got.status === 404 && got.isWordOfGraph) return { issue: null, broken: [], date: null };
  throw got.trouble.failure;
}

function oneIssue(body: unknown, id: string, place: Place): Pick<IssueFound, 'issue' | 'broken'> {
  const { value, broken } = decodeIssue(body, place);
  if (value.id.toLowerCase() === id.toLowerCase()) return { issue: value, broken };
  throw new Failure('protocol', `The service gave another issue than ${id}.`, {
    remedy: 'Check --graph-url, and that nothing between here and the service rewrites answers.',
    ...(place.requestId === null ? {} : { requestId: place.requestId }),
  });
}

function messagesSince(since: Date | null): Announcements<CentreMessage> {
  return {
    area: MESSAGES_AREA,
    path: MESSAGES_PATH,
    filter: since === null ? null : changedSince(since),
    decode: whole(decodeMessage),
    keyOf: ({ id }) => id,
    changedAt: ({ modifiedAt }) => modifiedAt,
    what: 'the posts of the message centre',
  };
}

function messagesAnswer(
  { items, gaps }: Extract<Listed<CentreMessage>, { kind: 'listed' }>,
  since: Date | null,
): MessagesAnswer {
  const isAsked = ({ modifiedAt }: CentreMessage): boolean =>
    since === null || modifiedAt === null || modifiedAt >= since;
  return { messages: items.filter(isAsked), gaps };
}
