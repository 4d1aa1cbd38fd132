import { JANUARY_2026_ISSUES } from './announcement/january-2026.js';
import { PARTNER_DOWN } from './partner-down.js';
import type { Phase, Scenario, Trouble } from './scenario.js';

/**
 * MO1221364, 22 January 2026: North American infrastructure stopped taking traffic, senders saw 451 4.3.2, and
 * rebalancing spread the trouble for hours after the first repair. Times from press reports and Microsoft's posts;
 * shares are ours.
 */
export const JANUARY_2026: Scenario = {
  name: 'january-2026',
  title: 'MO1221364: seven hours of 451 4.3.2 at the hand-over, then spillover while traffic is rebalanced',
  issueId: 'MO1221364',
  began: new Date('2026-01-22T18:40:00Z'),
  localHourAtStart: 10 + 40 / 60,
  tellingMinute: 300,
  firstSymptomMinute: 5,
  phases: [
    PARTNER_DOWN,
    phase('onset', [0, 30], 0.5),
    phase('outage', [30, 420], 1),
    phase('spillover', [420, 650], 0.3),
  ],
  edgeReply: 'attribution-failed',
  turnsAwayAt: 'recipient',
  issues: JANUARY_2026_ISSUES,
  notices: [
    {
      minute: 66,
      status: 'ServiceDegradation',
      message: '<p>Some administrators may be unable to open the admin center. Repair is under way.</p>',
    },
    { minute: 455, status: 'ServiceRestored', message: '<p>The admin center opens again.</p>' },
    { minute: 1_900, status: 'Available', message: '<p>The admin center is available.</p>' },
  ],
};

/** `strength` scales how much is struck; at 1 most inbound mail does not even reach the edge. */
function phase(name: string, [from, until]: readonly [number, number], strength: number): Phase {
  return {
    name,
    from,
    until,
    refusedAtEdge: 0.6 * strength,
    troubles: [
      trouble('inbound', 0.45 * strength, 'attribution-failed'),
      trouble('inbound', 0.1 * strength, 'tenant-not-found'),
      trouble('internal', 0.45 * strength, 'directory-silent'),
      {
        ...trouble('outbound', 0.75 * strength, 'attribution-failed-remote'),
        strikes: 'on-microsoft-365',
      },
    ],
  };
}

function trouble(direction: Trouble['direction'], share: number, reply: Trouble['reply']): Trouble {
  return { direction, strikes: 'all', share, retrySucceeds: 0.03, reply, whenExpired: 'queue-expired' };
}
