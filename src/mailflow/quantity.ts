/** Numbers and ages as people read them. Data formats never use these. */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12345` as `12,345`, with two decimals at most. By hand: to wake Intl for it takes longer than to judge a thousand rows. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return '-';
  const size = Math.abs(count);
  if (size >= MOST_EXACT) return count.toLocaleString('en-US', { maximumFractionDigits: 2 });
  const [whole = '', decimals] = String(hundredths(size) / 100).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/gu, ',');
  const sign = count < 0 || Object.is(count, -0) ? '-' : '';
  return `${sign}${grouped}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** Below it, a hundredfold is exact enough to be rounded. */
const MOST_EXACT = 1e13;

/** Rounds what is written, not what is stored: 1.005 is 101, as people round. */
function hundredths(size: number): number {
  return size < 0.001 ? 0 : Math.round(Number(`${String(size)}e2`));
}

/** `1 delivery`, `12,345 deliveries`. */
export function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The two largest units: `45 s`, `12 min`, `4 h 12 min`, `2 d 3 h`. An age below zero is a skewed clock and reads `0 s`. */
export function formatAge(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return twoUnits(whole, HOUR, 'h', MINUTE, 'min');
  return twoUnits(whole, DAY, 'd', HOUR, 'h');
}

/** A share of one as whole percent. Only nothing is `0 %` and only all is `100 %`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '-';
  return `${percent(share)} %`;
}

/** A limit is told to the tenth, as `2.5 %`: rounded it would be another one. */
export function formatLimit(share: number): string {
  return `${formatCount(Math.round(share * 1000) / 10)} %`;
}

/** An interval of shares, as `9–27 %`. */
export function formatShareInterval(low: number, high: number): string {
  const [from, to] = [percent(low), percent(high)];
  return from === to ? `${from} %` : `${from}–${to} %`;
}

/** An interval of counts, as `1,204–1,350`. */
export function formatCountInterval(low: number, high: number): string {
  const [from, to] = [formatCount(low), formatCount(high)];
  return from === to ? from : `${from}–${to}`;
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rest = Math.floor((seconds % large) / small);
  const first = `${formatCount(Math.floor(seconds / large))} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

function percent(share: number): string {
  if (share > 0 && share < 0.01) return '<1';
  if (share < 1 && share > 0.99) return '>99';
  return String(Math.round(share * 100));
}
