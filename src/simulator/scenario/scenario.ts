/**
 * What a drill is made of, as data: a title, phases on a time line of minutes, and where on it the tale is most
 * telling. Minute 0 is when the impact began; nothing here knows which minute is now.
 */
import type { SetUpAt } from '../exchange/set-up/set-up.js';
import type { IssueCourse } from './announcement/course.js';
import type { ReplyName } from './replies.js';

export type MailDirection = 'inbound' | 'outbound' | 'internal';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** The service issue under which Microsoft filed it; null for an ordinary day. */
  readonly issueId: string | null;
  /** The real instant of minute 0, by which `--at` can name a moment. */
  readonly began: Date;
  /** Hour of the tenant's own day at minute 0, for the day curve and for times of that day. */
  readonly localHourAtStart: number;
  /** The minute that a drill shows unless it is told otherwise. */
  readonly tellingMinute: number;
  /**
   * The earliest minute at which the trace can show mail that the outage holds: some minutes after it began, for the
   * trace lags. Null where nothing breaks.
   */
  readonly firstSymptomMinute: number | null;
  /** May overlap. */
  readonly phases: readonly Phase[];
  /** What those are told whom the edge turns away before they can hand anything over; null where it turns nobody away. */
  readonly edgeReply: ReplyName | null;
  /** Where it turns them away: in place of its greeting, or at a recipient. */
  readonly turnsAwayAt: 'greeting' | 'recipient';
  /** What Microsoft files about it; everyday issues come by themselves. */
  readonly issues: readonly IssueCourse[];
  /** What the public page says of the admin center, oldest first; before that, that all is well. */
  readonly notices: readonly Notice[];
  /** Connectors and what belongs to them; in good order when absent. */
  readonly setUp?: SetUpAt;
  /** How long mail that is put off is tried again, as the set-up says too; a day when absent. */
  readonly keepsHours?: number;
}

/** Exchange Online gives up after a day unless it is told otherwise. */
export function keepsHoursOf({ keepsHours = 24 }: Pick<Scenario, 'keepsHours'>): number {
  return keepsHours;
}

interface Notice {
  readonly minute: number;
  readonly status: string;
  /** HTML. */
  readonly message: string;
}

export interface Phase {
  readonly name: string;
  /** Minutes; `from` is included, `until` is not. */
  readonly from: number;
  readonly until: number;
  /** Share of inbound mail turned away before acceptance: it stays with its sender and has no row until it comes again. */
  readonly refusedAtEdge: number;
  readonly troubles: readonly Trouble[];
}

/** A cause for which accepted mail is held. */
export interface Trouble {
  readonly direction: MailDirection;
  /** The recipient domains that it strikes. */
  readonly strikes: 'all' | 'on-microsoft-365' | { readonly domain: string };
  /** Share of the mail it strikes that fails at the first try. */
  readonly share: number;
  /** Chance of each later try while it lasts. */
  readonly retrySucceeds: number;
  readonly reply: ReplyName;
  /** What the sender is told when the retries have run out. */
  readonly whenExpired: ReplyName;
}

type MinuteReading =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly expected: string };

/** What `scenarioMinute` takes. */
export const SCENARIO_TIME_FORMS =
  'an offset from the start as +2h30m, -45m or 4h, a time of that day where the tenant is as 14:50, or an instant as 2026-06-02T17:00Z';

/**
 * The minute that `text` names: an offset from the start, a time of the tenant's own day on which it began, or an
 * instant of the real course of events.
 */
export function scenarioMinute(scenario: Scenario, text: string): MinuteReading {
  const offset = offsetMinutes(text.trim()) ?? timeOfDay(scenario, text.trim());
  if (offset !== null) return { ok: true, value: offset };
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z$/u.test(text.trim()) ? Date.parse(text.trim()) : NaN;
  if (Number.isNaN(instant)) return { ok: false, expected: SCENARIO_TIME_FORMS };
  return { ok: true, value: Math.round((instant - scenario.began.getTime()) / 60_000) };
}

function timeOfDay({ localHourAtStart }: Scenario, text: string): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/u.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  return Number(hours) * 60 + Number(minutes) - Math.round(localHourAtStart * 60);
}

function offsetMinutes(text: string): number | null {
  const [, sign, hours, minutes] = /^([+-])?(?:(\d{1,3})h)?(?:(\d{1,4})m)?$/u.exec(text) ?? [];
  if (hours === undefined && minutes === undefined) return null;
  const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -total : total;
}
