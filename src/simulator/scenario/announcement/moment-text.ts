const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** As posts write instants: `Tuesday, June 2, 2026, at 2:33 PM UTC`. */
export function momentText(at: Date): string {
  const day = `${WEEKDAYS[at.getUTCDay()] ?? ''}, ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCDate()}`;
  const hour = at.getUTCHours();
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${String(at.getUTCMinutes()).padStart(2, '0')}`;
  return `${day}, ${at.getUTCFullYear()}, at ${clock} ${hour < 12 ? 'AM' : 'PM'} UTC`;
}
