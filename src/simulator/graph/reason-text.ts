/** A reason record and the `data` of an event, as the service writes them. */
import type { EventProperty, ReasonRecord } from '../population/delivery.js';

export function reasonText(reason: ReasonRecord, limit: number | null): string {
  const keys = [
    `{LED=${reason.lastError}}`,
    ...keyed('MSG', reason.message),
    ...keyed('FQDN', reason.fqdn),
    ...keyed('IP', reason.ip),
    ...keyed('LRT', reason.lastRetryAt === null ? null : americanTime(reason.lastRetryAt)),
  ];
  const whole = `Reason: [${keys.join(';')}]${reason.trailer}`;
  return limit === null ? whole : whole.slice(0, limit);
}

function keyed(key: string, value: string | null): readonly string[] {
  return value === null ? [] : [`{${key}=${value}}`];
}

/** `M/D/YYYY h:mm:ss AM|PM` in UTC, without saying so. */
export function americanTime(instant: Date): string {
  const hour = instant.getUTCHours();
  const clock = [
    hour % 12 === 0 ? 12 : hour % 12,
    two(instant.getUTCMinutes()),
    two(instant.getUTCSeconds()),
  ];
  const day = [instant.getUTCMonth() + 1, instant.getUTCDate(), instant.getUTCFullYear()];
  return `${day.join('/')} ${clock.join(':')} ${hour < 12 ? 'AM' : 'PM'}`;
}

export function dataXml(properties: readonly EventProperty[]): string {
  const elements = properties.map(
    ({ name, type, value }) => `<MEP Name="${escapeXml(name)}" ${type}="${escapeXml(value)}"/>`,
  );
  return `<root>${elements.join('')}</root>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
