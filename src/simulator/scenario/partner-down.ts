import type { Phase } from './scenario.js';

/** One partner's own server is down, as it happens: it muddles the picture, and its mail nears its end while the outage draws all eyes. */
export const PARTNER_DOWN: Phase = {
  name: 'partner down',
  from: -1_380,
  until: 900,
  refusedAtEdge: 0,
  troubles: [
    {
      direction: 'outbound',
      strikes: { domain: 'woodgrove.example' },
      share: 1,
      retrySucceeds: 0,
      reply: 'connection-refused',
      whenExpired: 'connection-refused-expired',
    },
  ],
};
