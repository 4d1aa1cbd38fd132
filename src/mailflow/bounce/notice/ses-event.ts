/** Amazon SES tells of bounces in JSON, by mail or queue (SES developer guide, "Notification contents"). */
import type { RecipientStatus } from './delivery-status.js';
import type { DsnAction } from './notice.js';

export interface SesEvent {
  readonly kind: 'delivery' | 'complaint';
  readonly reportingMta: string | null;
  readonly recipients: readonly RecipientStatus[];
}

const MOST_RECIPIENTS = 1000;

/** Null when the text is no such event. The text may be wrapped in the envelope of SNS, and broken by line wrapping. */
export function readSesEvent(text: string): SesEvent | null {
  if (!text.startsWith('{')) return null;
  const event = objectIn(text);
  if (event === null) return null;
  const inner = stringOf(event, 'Message');
  return eventOf(inner === null ? event : (objectIn(inner) ?? event));
}

function eventOf(event: object): SesEvent | null {
  const kind = (stringOf(event, 'notificationType') ?? stringOf(event, 'eventType') ?? '').toLowerCase();
  switch (kind) {
    case 'complaint':
      return { kind: 'complaint', reportingMta: null, recipients: [] };
    case 'bounce':
      return deliveryEvent(memberOf(event, 'bounce'), 'bouncedRecipients', 'failed');
    case 'deliverydelay':
      return deliveryEvent(memberOf(event, 'deliveryDelay'), 'delayedRecipients', 'delayed');
    case 'delivery':
      return deliveryEvent(memberOf(event, 'delivery'), 'recipients', 'delivered');
    default:
      return null;
  }
}

function deliveryEvent(body: object, list: string, action: DsnAction): SesEvent {
  const entries: unknown = Reflect.get(body, list);
  const response = stringOf(body, 'smtpResponse');
  return {
    kind: 'delivery',
    reportingMta: stringOf(body, 'reportingMTA')?.replace(/^[\w-]{1,20}; ?/, '') ?? null,
    recipients: (Array.isArray(entries) ? entries : [])
      .slice(0, MOST_RECIPIENTS)
      .map((entry: unknown) => recipientOf(entry, action, response)),
  };
}

function recipientOf(entry: unknown, action: DsnAction, response: string | null): RecipientStatus {
  const fields = typeof entry === 'object' && entry !== null ? entry : {};
  const code = /[245]\.\d{1,3}\.\d{1,3}/.exec(stringOf(fields, 'status') ?? '');
  const diagnostic = stringOf(fields, 'diagnosticCode') ?? response;
  return {
    recipient: typeof entry === 'string' ? entry : stringOf(fields, 'emailAddress'),
    action,
    saysExpired: false,
    status: code === null ? null : code[0],
    statusComment: '',
    diagnosticCode: diagnostic?.replace(/^[\w-]{1,20}; ?/, '') ?? null,
    remoteMta: stringOf(fields, 'remoteMta'),
    willRetry: action === 'delayed',
  };
}

function memberOf(event: object, name: string): object {
  const value: unknown = Reflect.get(event, name);
  return typeof value === 'object' && value !== null ? value : {};
}

function stringOf(event: object, name: string): string | null {
  const value: unknown = Reflect.get(event, name);
  return typeof value === 'string' ? value : null;
}

/** The first JSON object of the text; sendmail breaks lines of more than 990 characters by `!`, line feed and blank. */
function objectIn(text: string): object | null {
  const whole = text.replaceAll('!\n ', '');
  const end = whole.indexOf('\n\n');
  const value = parseJson(whole) ?? (end < 0 ? null : parseJson(whole.slice(0, end)));
  return typeof value === 'object' ? value : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
