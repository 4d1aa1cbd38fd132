/** What a test or a drill may say of the tenant that it starts. */
import type { Announcements } from './announcement/announcement.js';
import type { ExchangeOnboarding } from './exchange/service.js';
import type { SetUpAt } from './exchange/set-up/set-up.js';
import type { ScriptedFault } from './faults.js';
import type { AnnouncementOnboarding } from './graph/announcement/service.js';
import type { Onboarding } from './graph/service.js';
import type { MailPlaces } from './mail-places/mail-place.js';
import type { EdgeRefusal } from './outskirts/edge.js';
import type { SimulatedDelivery } from './population/delivery.js';
import type { Quirks } from './quirks.js';
import type { RequestLog, ServerName } from './request-log.js';
import type { Registration } from './sign-in/registration.js';

export interface TenantOptions {
  /** In any order. */
  readonly population: readonly SimulatedDelivery[];
  /** What Microsoft tells of its services; nothing when absent. */
  readonly announcements?: Announcements;
  readonly clock: () => Date;
  /** Decides the names and the secret of the tenant; 1 when absent. */
  readonly seed?: number;
  /** Departures from `REALISTIC_QUIRKS`. */
  readonly quirks?: Partial<Quirks>;
  /** For message trace over Graph; `complete` when absent. */
  readonly onboarding?: Onboarding;
  /** For service communications; `complete` when absent. */
  readonly announcementOnboarding?: AnnouncementOnboarding;
  /** `complete` when absent. */
  readonly exchangeOnboarding?: ExchangeOnboarding;
  /** Connectors and what belongs to them; in good order when absent. */
  readonly setUp?: SetUpAt;
  /** Mail servers and the DNS that leads to them; none when absent. */
  readonly mailPlaces?: MailPlaces;
  /** `issued` when absent. */
  readonly tokenChecks?: 'issued' | 'any';
  /** Faults of message trace over Graph, by request number. */
  readonly faults?: readonly ScriptedFault[];
  /** Faults of service communications, by request number. */
  readonly announcementFaults?: readonly ScriptedFault[];
  /** Faults of the admin endpoint, by request number. */
  readonly exchangeFaults?: readonly ScriptedFault[];
  /** Faults of the sign-in authority, by request number. */
  readonly signInFaults?: readonly ScriptedFault[];
  /** The number of the AADSTS code with which every wish for a token is refused; none when absent. */
  readonly tokenRefusal?: number;
  /** Application permissions that nobody has granted; all are when absent. */
  readonly withoutRoles?: readonly string[];
  /** What the application may prove itself with beside its secret; nothing when absent. */
  readonly trust?: Pick<Registration, 'certificates' | 'federated'>;
  /** Faults of the public status page, by request number. */
  readonly statusPageFaults?: readonly ScriptedFault[];
  /** Faults of the host that has to do with nobody, by request number: `html200` is a captive portal. */
  readonly controlFaults?: readonly ScriptedFault[];
  /** When the edge turns connections away; never when absent. */
  readonly edge?: readonly EdgeRefusal[];
  /** Servers whose port refuses connections; all of them when the client's own network is down. */
  readonly unreachable?: readonly ServerName[];
  /** How long every answer over http takes; 0 when absent. */
  readonly delayMs?: number;
  readonly log?: RequestLog | null;
}
