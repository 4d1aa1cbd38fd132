/** Titles and cures of what is found about a route as a whole; those of single hosts stand in `probe-notes.ts` and `dns-notes.ts`. */

interface PathNote {
  readonly title: string;
  readonly remedy: string;
}

export const PATH_NOTES = {
  'failover-in-use': {
    title: 'The first host does not work, and another one does',
    remedy: 'Mail is late at most: repair the first host before the other one fails as well.',
  },
  'failover-broken': {
    title: 'The first host works, and no other one does',
    remedy: 'Repair the other hosts, so that mail has a way when the first one fails.',
  },
  'mail-host-alias': {
    title: 'The MX record names an alias',
    remedy:
      'Let the MX record name the host itself (RFC 2181, section 10.3): most senders follow an alias, and some refuse the domain.',
  },
} as const satisfies Record<string, PathNote>;
