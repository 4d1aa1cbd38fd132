/**
 * The services of Microsoft 365 in the order in which a mail admin looks at them, as data. Names change and depend on
 * licences: a service is known by its short name, by any of its display names, or by the letters of an issue's id.
 */

/**
 * `core`: an open incident is a warning at least. `mail`: filters mail, so that some of its issues touch mail flow.
 * `spillover`: fails along with the others, and mail goes on. `other`: all the rest.
 */
export type ServiceTier = 'core' | 'mail' | 'spillover' | 'other';

interface KnownService {
  readonly name:
    'exchange' | 'suite' | 'identity' | 'defender' | 'teams' | 'sharepoint' | 'onedrive' | 'portal';
  readonly tier: ServiceTier;
  /** Short names and display names, in small letters, without marks or blanks. */
  readonly words: readonly string[];
  /** Letters with which ids of its issues begin. */
  readonly letters: readonly string[];
}

const KNOWN_SERVICES: readonly KnownService[] = [
  {
    name: 'exchange',
    tier: 'core',
    words: ['exchange', 'exchangeonline', 'microsoftexchange', 'microsoftexchangeonline'],
    letters: ['EX'],
  },
  {
    name: 'suite',
    tier: 'core',
    words: ['osdpplatform', 'microsoft365suite', 'office365suite', 'office365', 'microsoft365'],
    letters: ['MO'],
  },
  {
    name: 'identity',
    tier: 'core',
    words: [
      'orgliveid',
      'identityservice',
      'microsoftentra',
      'microsoftentraid',
      'entra',
      'entraid',
      'azureactivedirectory',
      'microsoftazureactivedirectory',
    ],
    letters: ['ID'],
  },
  {
    name: 'defender',
    tier: 'mail',
    words: [
      'microsoft365defender',
      'microsoftdefenderxdr',
      'microsoftdefenderforoffice365',
      'microsoftdefender',
      'office365advancedthreatprotection',
      'exchangeonlineprotection',
    ],
    letters: ['DZ', 'FO'],
  },
  { name: 'teams', tier: 'spillover', words: ['microsoftteams', 'teams'], letters: ['TM'] },
  {
    name: 'sharepoint',
    tier: 'spillover',
    words: ['sharepoint', 'sharepointonline'],
    letters: ['SP'],
  },
  {
    name: 'onedrive',
    tier: 'spillover',
    words: ['onedriveforbusiness', 'onedrive', 'microsoftonedrive'],
    letters: ['OD'],
  },
  {
    name: 'portal',
    tier: 'spillover',
    words: [
      'microsoft365admincenter',
      'microsoftadmincenter',
      'admincenter',
      'officeportal',
      'microsoft365portal',
    ],
    letters: [],
  },
];

type ServiceName = KnownService['name'];

/** What a service is known by: the overview has both, an issue the display name and its own id. */
export interface NamedService {
  readonly id?: string;
  readonly service: string;
}

/** An issue names its service by display name only; where that was renamed, the letters of its id still tell. */
export interface NamedIssue {
  readonly id: string;
  readonly service: string;
}

export function nameOfService({ id = '', service }: NamedService): ServiceName | null {
  return knownBy(service)?.name ?? knownBy(id)?.name ?? null;
}

export function nameOfIssueService(issue: NamedIssue): ServiceName | null {
  return knownOfIssue(issue)?.name ?? null;
}

export function tierOfService({ id = '', service }: NamedService): ServiceTier {
  return (knownBy(service) ?? knownBy(id))?.tier ?? 'other';
}

export function tierOfIssue(issue: NamedIssue): ServiceTier {
  return knownOfIssue(issue)?.tier ?? 'other';
}

/** The place of a service among all, by its short or display name: 0 is Exchange; all that are not known share the last. */
export function serviceRank(service: string): number {
  const known = knownBy(service);
  return known === null ? KNOWN_SERVICES.length : KNOWN_SERVICES.indexOf(known);
}

/** Ours first, then those that fail along with them, then all others by name. */
export function compareServices(left: NamedService, right: NamedService): number {
  return rankOf(left) - rankOf(right) || compareTexts(left.service, right.service);
}

export function rankOfIssue(issue: NamedIssue): number {
  const known = knownOfIssue(issue);
  return known === null ? KNOWN_SERVICES.length : KNOWN_SERVICES.indexOf(known);
}

function rankOf({ id = '', service }: NamedService): number {
  return Math.min(serviceRank(service), serviceRank(id));
}

/** By code unit, for the same order on every machine. */
function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function knownOfIssue({ id, service }: NamedIssue): KnownService | null {
  const letters = /^[a-z]{2,3}(?=\d)/i.exec(id)?.[0].toUpperCase() ?? '';
  return knownBy(service) ?? KNOWN_SERVICES.find((known) => known.letters.includes(letters)) ?? null;
}

function knownBy(text: string): KnownService | null {
  const word = text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return KNOWN_SERVICES.find(({ words }) => words.includes(word)) ?? null;
}
