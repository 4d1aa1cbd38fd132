/**
 * How far the simulated service departs from its documentation. A client that works against the documented
 * service only would be wrong in production, so the departures are on unless a test turns them off.
 */
export interface Quirks {
  /** True: `or`, `in`, `ne`, `not` and functions on addresses answer 200 and are not evaluated. False: they are refused. */
  readonly lenientFilter: boolean;
  /** Age at which a nextLink is refused. */
  readonly skipTokenLifeSeconds: number;
  /** `by-version`: camel case in v1.0, Pascal case in beta. `mixed`: one row so, the next row otherwise. */
  readonly statusCase: 'by-version' | 'camel' | 'pascal' | 'mixed';
  /** False: a word outside the documented enum is shown as `unknownFutureValue`. */
  readonly undocumentedStatuses: boolean;
  /** Null: no limit. */
  readonly quota: Quota | null;
  /** Events of one second come in another order than they happened. */
  readonly shuffledEvents: boolean;
  /** Reasons longer than this are cut off without a closing bracket; null: never. */
  readonly reasonLimit: number | null;
  /** Graph writes `innerError`; the OData specification says `innererror`. */
  readonly innerErrorKey: 'innerError' | 'innererror';
  /** Compress answers when the client accepts gzip. */
  readonly gzip: boolean;
  /** Whether a window may end in the future (beyond a minute, for clocks differ). Documented as not allowed. */
  readonly futureEnd: 'refused' | 'accepted';
  /** How the admin endpoint ends its dates: `Z`, `+00:00`, nothing (which is UTC as well), or one row so and the next otherwise. */
  readonly exchangeDates: 'zone' | 'offset' | 'bare' | 'mixed';
  /** The most rows in an answer of the admin endpoint, whatever was asked for. */
  readonly exchangeRows: number;
  /** The admin endpoint puts `NAME@data.type` beside values. */
  readonly sidecarKeys: boolean;
  /** The most objects of a set-up in one answer of the admin endpoint; more have a link to the rest. */
  readonly exchangePage: number;
  /** Whether such a link leads to the rest. `refused`: it names one server inside, and another one answers. */
  readonly exchangeLinks: 'followed' | 'refused';
  /** Service communications: camel case live, Pascal case in the documentation's samples, or one entity so and the next otherwise. */
  readonly announcementCase: 'camel' | 'pascal' | 'mixed';
  /** Issues bear keys that no documentation knows, as `highImpact`. */
  readonly undocumentedHealthKeys: boolean;
  /** Whatever is open bears a status word that no documentation knows. */
  readonly statusOfTomorrow: boolean;
  /** False: the overviews do not name Exchange, as for a tenant that has no licence for it. */
  readonly exchangeListed: boolean;
  /** `$filter` of service communications answers 200 and is not evaluated. */
  readonly announcementFilterIgnored: boolean;
  /** How many of the issues that are over are still listed, the newest first. */
  readonly resolvedIssues: number;
  /** How old what service communications tell is, though it is dated now. */
  readonly announcementsBehindMinutes: number;
  /** Collections that answer 503 while the others answer. */
  readonly failingAnnouncements: readonly ('healthOverviews' | 'issues' | 'messages')[];
  /** All of them hold at once; none: no limit. */
  readonly announcementQuotas: readonly AnnouncementQuota[];
  /** `html`: the public status page answers every path with its shell, as it would when its undocumented paths are gone. */
  readonly statusPage: 'json' | 'html';
  /** `ServiceDegradation` or `Service degradation`: both were seen. */
  readonly statusPageWords: 'pascal' | 'spaced';
  /** `silent`: the mail host takes connections and says nothing. */
  readonly mailHost: 'speaks' | 'silent';
  /** After so long without a word the mail host ends a connection. */
  readonly mailIdleSeconds: number;
}

/** Documented for each app in each tenant. */
export interface AnnouncementQuota {
  readonly requests: number;
  readonly windowSeconds: number;
}

export interface Quota {
  readonly requests: number;
  readonly windowSeconds: number;
  /** True: list and details draw on one quota, as documented. False: each has its own, as was measured. */
  readonly shared: boolean;
  /** `Retry-After` was seen on 429, and is not promised. */
  readonly retryAfter: 'always' | 'never' | 'alternating';
}

export const REALISTIC_QUIRKS: Quirks = {
  lenientFilter: true,
  skipTokenLifeSeconds: 600,
  statusCase: 'by-version',
  undocumentedStatuses: true,
  quota: { requests: 100, windowSeconds: 300, shared: true, retryAfter: 'always' },
  shuffledEvents: true,
  reasonLimit: 480,
  innerErrorKey: 'innerError',
  gzip: true,
  futureEnd: 'refused',
  exchangeDates: 'mixed',
  exchangeRows: 5000,
  sidecarKeys: true,
  exchangePage: 1000,
  exchangeLinks: 'refused',
  announcementCase: 'camel',
  undocumentedHealthKeys: true,
  statusOfTomorrow: false,
  exchangeListed: true,
  announcementFilterIgnored: false,
  resolvedIssues: 226,
  announcementsBehindMinutes: 0,
  failingAnnouncements: [],
  announcementQuotas: [
    { requests: 240, windowSeconds: 60 },
    { requests: 800, windowSeconds: 3600 },
  ],
  statusPage: 'json',
  statusPageWords: 'pascal',
  mailHost: 'speaks',
  mailIdleSeconds: 60,
};

/** The service as its documentation and schema describe it, without limits in time and number. */
export const NO_QUIRKS: Quirks = {
  lenientFilter: false,
  skipTokenLifeSeconds: Number.POSITIVE_INFINITY,
  statusCase: 'camel',
  undocumentedStatuses: false,
  quota: null,
  shuffledEvents: false,
  reasonLimit: null,
  innerErrorKey: 'innererror',
  gzip: false,
  futureEnd: 'refused',
  exchangeDates: 'zone',
  exchangeRows: 5000,
  sidecarKeys: false,
  exchangePage: 1000,
  exchangeLinks: 'followed',
  announcementCase: 'camel',
  undocumentedHealthKeys: false,
  statusOfTomorrow: false,
  exchangeListed: true,
  announcementFilterIgnored: false,
  resolvedIssues: Number.POSITIVE_INFINITY,
  announcementsBehindMinutes: 0,
  failingAnnouncements: [],
  announcementQuotas: [],
  statusPage: 'json',
  statusPageWords: 'pascal',
  mailHost: 'speaks',
  mailIdleSeconds: 60,
};
