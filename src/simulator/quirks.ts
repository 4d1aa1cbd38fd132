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
};
