// A tenant by formula, so that two processes agree on it without a word: row 0 is the newest.
export const ROWS = 6000;
export const ROWS_PER_PAGE = 100;
export const NEWEST_MS = Date.parse('2026-06-20T12:00:00Z');
const ROWS_PER_SECOND = 3;

export function receivedMs(number) {
  return NEWEST_MS - Math.floor(number / ROWS_PER_SECOND) * 4000;
}

/** Statuses change from one generation to the next, until the last. */
export function statusOf(number, generation) {
  if (generation < number % 40) return number % 3 === 0 ? 'gettingStatus' : 'pending';
  return number % 9 === 0 ? 'failed' : 'delivered';
}

/** From here on nothing changes. */
export const LAST_GENERATION = 40;

export function rowOf(number, generation) {
  return {
    messageTraceId: idOf(number),
    messageId: `<m${number}@fabrikam.example>`,
    sender: 'ben@fabrikam.example',
    recipient: `r${number}@contoso.example`,
    subject: `Order ${number}`,
    receivedAt: new Date(receivedMs(number)),
    sizeBytes: 1000 + number,
    fromIp: null,
    toIp: null,
    status: statusOf(number, generation),
    directionHint: null,
    events: null,
  };
}

export function idOf(number) {
  return `5f0c3c1e-0000-4000-8000-${String(number).padStart(12, '0')}`;
}
