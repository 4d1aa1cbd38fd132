import type { Topic } from '#cli/topic.js';

export const exitCodes: Topic = {
  name: 'exit-codes',
  summary: 'What each exit code means; the same for every command',
  paragraphs: [
    'Exit codes, the same for every command',
    `  0    done; a judging command found nothing at or above --fail-on and saw all
       it needs
  1    warning: judged, something is degraded
  2    critical: judged, something is broken
  3    unknown: could not tell, or only in part (stale, throttled, timed out,
       unreachable, pages missing); trying again may help
  4    refused: nothing could be asked at all (not signed in, permission
       missing, settings wrong); trying again will not help
  64   wrong usage: command, flag or value
  65   an input file is missing or not what it should be; explain --batch: a
       line was broken
  70   a bug in mailcheck
  130  interrupted (143: terminated)`,
    'Only judging commands (status, queue, relay, health, connectors, connectors probe, check, doctor) exit 1 or 2. trace and explain inform: they exit 0 when their answer is complete and 3 when part of it is missing; the part is named under "incomplete".',
    'Unknown is never green and never red: a monitoring system should page on 2, look at 1, and repeat on 3.',
    'With --format nagios 4 and above become 3, for a plugin has no other codes; what happened is in its line.',
    'With --drill the exit code is 0 when the drill ran; --drill-exit gives the code that the answer would have had.',
  ],
};
