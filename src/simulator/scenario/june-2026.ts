import { NEGLECTED_SET_UP } from '../exchange/set-up/set-ups.js';
import { JUNE_2026_ISSUES } from './announcement/june-2026.js';
import { PARTNER_DOWN } from './partner-down.js';
import type { Phase, Scenario, Trouble } from './scenario.js';

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
  keepsHours: 18,
  phases: [
    PARTNER_DOWN,
    edge('onset', [0, 30], 0.5),
    edge('outage', [30, 420], 1),
    edge('easing', [420, 720], 0.3),
    struck('onset', [0, 30], { strength: 0.5, retrySucceeds: 0.04 }),
    struck('growth', [30, 165], { strength: 1, retrySucceeds: 0.04 }),
    // The corrected setting is tried: about as much mail leaves the queue as joins it.
    struck('plateau', [165, 420], { strength: 1, retrySucceeds: 0.09 }),
    // New mail goes through again, and what was held goes with its next tries: some hours pass until it has gone.
    struck('drain', [420, 720], { strength: 0.01, retrySucceeds: 0.15 }),
  ],
  edgeReply: 'forest-limit',
  turnsAwayAt: 'greeting',
  issues: JUNE_2026_ISSUES,
  // Mail fails, and the admin center works: the public page has nothing to tell.
  notices: [],
};

type Span = readonly [from: number, until: number];

/** Mail that is turned away before it is accepted; at strength 1 more than half. */
function edge(name: string, [from, until]: Span, strength: number): Phase {
  return { name: `${name} at the edge`, from, until, refusedAtEdge: 0.55 * strength, troubles: [] };
}

interface Blow {
  /** Scales how much is struck. */
  readonly strength: number;
  readonly retrySucceeds: number;
}

/** Mail that is accepted and then held. */
function struck(name: string, [from, until]: Span, blow: Blow): Phase {
  return { name, from, until, refusedAtEdge: 0, troubles: troublesOf(blow) };
}

function troublesOf({ strength, retrySucceeds }: Blow): readonly Trouble[] {
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
