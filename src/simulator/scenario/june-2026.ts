import { NEGLECTED_SET_UP } from '../exchange/set-up/set-ups.js';
import { JUNE_2026_ISSUES } from './announcement/june-2026.js';
import { PARTNER_DOWN } from './partner-down.js';
import type { Phase, Scenario, Trouble } from './scenario.js';

/** After four hours about as much mail leaves the queue as joins it. */
const RETRY_IN_OUTAGE = 0.16;

/**
 * EX1331830, 2 June 2026: a load-balancing fault made forests refuse each other's connections, and sessions to servers
 * all over the world broke off. Start as published (13:03 UTC, acknowledged an hour and a half later); shares are ours.
 */
export const JUNE_2026: Scenario = {
  name: 'june-2026',
  title: 'EX1331830: 421 4.3.2 between forests, and 450 4.4.318 towards many unrelated destinations',
  issueId: 'EX1331830',
  began: new Date('2026-06-02T13:03:00Z'),
  localHourAtStart: 9 + 3 / 60,
  tellingMinute: 240,
  firstSymptomMinute: 5,
  setUp: NEGLECTED_SET_UP,
  phases: [
    PARTNER_DOWN,
    phase('onset', [0, 30], 0.5),
    phase('outage', [30, 420], 1),
    // New mail goes through again, and what was held goes with its next tries: the queue drains in some hours.
    { ...phase('easing', [420, 720], 0.3), troubles: troublesAt(0.01, 0.15) },
  ],
  edgeReply: 'forest-limit',
  issues: JUNE_2026_ISSUES,
  // Mail fails, and the admin center works: the public page has nothing to tell.
  notices: [],
};

/** `strength` scales how much is struck. */
function phase(name: string, [from, until]: readonly [number, number], strength: number): Phase {
  return {
    name,
    from,
    until,
    refusedAtEdge: 0.55 * strength,
    troubles: troublesAt(strength, RETRY_IN_OUTAGE),
  };
}

function troublesAt(strength: number, retrySucceeds: number): readonly Trouble[] {
  const trouble = (direction: Trouble['direction'], share: number, reply: Trouble['reply']): Trouble => ({
    ...{ direction, strikes: 'all', share: share * strength, retrySucceeds, reply },
    whenExpired: 'queue-expired',
  });
  return [
    { ...trouble('outbound', 0.4, 'forest-limit-remote'), strikes: 'on-microsoft-365' },
    { ...trouble('outbound', 0.55, 'suspicious-server'), whenExpired: 'suspicious-server-expired' },
    trouble('internal', 0.3, 'forest-limit'),
    trouble('inbound', 0.2, 'forest-limit'),
    trouble('inbound', 0.05, 'no-session'),
  ];
}
