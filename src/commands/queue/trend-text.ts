/** Sentences on what has moved in the queue. */
import type { LeftCounts, QueueDiff } from '#mailflow/queue/queue-diff.js';
import { leftInAll } from '#mailflow/queue/queue-diff.js';
import type { EmptyAt, QueuePhase, QueueTrend, Rate } from '#mailflow/queue/queue-trend.js';
import type { TimeZone } from '#mailflow/time-zone.js';
import { counted, formatAge, formatCount, formatInstant, formatSpan } from '#render/human-format.js';

/** The first word is the phase. */
export function trendText(trend: QueueTrend, timeZone: TimeZone): string {
  const parts = [headText(trend), ...endText(trend, timeZone), basisText(trend), ...asideText(trend)];
  return parts.map((part) => `${part}.`).join(' ');
}

function headText(trend: QueueTrend): string {
  const { basis, phase } = trend;
  // How much leaves does not show in ages; that it cannot be much less than what joins does.
  if (basis === 'ages' && phase === 'plateau') return PLATEAU_OF_AGES;
  return `${PHASES[phase]}${rateText(trend)}`;
}

const PLATEAU_OF_AGES =
  'Plateau: the queue grows little, if at all, by less than a quarter of its length in an hour';

const PHASES: Readonly<Record<QueuePhase, string>> = {
  growth: 'Growth: the queue becomes longer',
  plateau: 'Plateau: about as much mail leaves the queue as joins it',
  drain: 'Drain: the queue becomes shorter',
  empty: 'Empty: no more is held than on any other day',
  unclear: 'Unclear: too little is seen to tell whether the queue grows or drains',
};

function rateText({ phase, net, joining, leaving }: QueueTrend): string {
  if (phase === 'empty' || phase === 'unclear' || net === null) return '';
  const moves =
    joining === null || leaving === null
      ? ''
      : `; about ${perMinute(joining)} join, ${perMinute(leaving)} leave`;
  if (phase === 'plateau') return `, net ${perMinute(net)} a minute${moves}`;
  const change =
    phase === 'drain' ? { ...net, estimate: -net.estimate, low: -net.high, high: -net.low } : net;
  return `, by about ${perMinute(change)} a minute${moves}`;
}

function perMinute({ estimate, low, high }: Rate): string {
  return `${oneDigit(estimate)} (${oneDigit(low)} to ${oneDigit(high)})`;
}

function oneDigit(rate: number): string {
  return rate >= 10 ? formatCount(Math.round(rate)) : String(Math.round(rate * 10) / 10);
}

function endText({ basis, phase, emptyAt }: QueueTrend, timeZone: TimeZone): readonly string[] {
  if (phase !== 'drain') return [];
  if (emptyAt !== null) return [`If it goes on like this it is empty about ${endOf(emptyAt, timeZone)}`];
  return basis === 'ages'
    ? ['When it is empty one look cannot tell: a second one will, run it again or with --watch 60s']
    : ['When it is empty cannot be told: it levels off, or too little has left'];
}

function endOf({ estimate, low, high }: EmptyAt, timeZone: TimeZone): string {
  const about = formatInstant(estimate, timeZone);
  if (high === null) return `${about}, at the earliest ${formatInstant(low, timeZone)}`;
  return `${about} (${formatSpan(low, high, timeZone).text})`;
}

function basisText({ basis, phase, spanMinutes, everyday }: QueueTrend): string {
  if (basis === 'looks') {
    return `Told from two looks ${formatAge((spanMinutes ?? 0) * 60)} apart; up to ${formatCount(everyday)} counts as empty`;
  }
  return phase === 'empty' || phase === 'unclear'
    ? 'Told from ages of one look'
    : 'Told from ages of one look, as if mail came in evenly and left alike';
}

function asideText({ aside, phase }: QueueTrend): readonly string[] {
  if (aside === 0 || phase === 'empty' || phase === 'unclear') return [];
  return [
    `Without ${counted(aside, 'delivery', 'deliveries')} to destinations that take no mail on their own account`,
  ];
}

export function diffText(diff: QueueDiff, timeZone: TimeZone): string {
  const { since, before, after, left, isWhole } = diff;
  const sum = `Since ${formatInstant(since, timeZone)}: ${formatCount(before)} held + ${formatCount(diff.new)} new - ${formatCount(leftInAll(left))} left${outcomesText(left)} = ${formatCount(after)}.`;
  return isWhole
    ? sum
    : `${sum} Not all of it was listed: some that count as left or new may be held all along.`;
}

function outcomesText(left: LeftCounts): string {
  const told = Object.entries(left)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${formatCount(count)} ${outcome}`);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}
