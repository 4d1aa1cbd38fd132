/** The part of a notice that is made for machines (RFC 3464, 2; RFC 6533, 3): groups of fields, parted by blank lines. */
import { decodeWords } from '../../mime/encoded-word.js';
import type { DsnAction } from './notice.js';
import { DSN_ACTIONS } from './notice.js';

export interface StatusReport {
  readonly reportingMta: string | null;
  readonly recipients: readonly RecipientStatus[];
  readonly isCut: boolean;
}

/** The fields of one recipient; null where the report has none. */
export interface RecipientStatus {
  readonly recipient: string | null;
  readonly action: DsnAction | null;
  /** True for the words that some programs write instead of `failed` when the retries ran out. */
  readonly saysExpired: boolean;
  readonly status: string | null;
  /** What stands in brackets behind the status. */
  readonly statusComment: string;
  readonly diagnosticCode: string | null;
  readonly remoteMta: string | null;
  readonly willRetry: boolean;
}

/** Far beyond what servers put in one notice. */
const MOST_RECIPIENTS = 1000;
const FIELD = /^([A-Za-z][\w-]{1,60})[ \t]*:[ \t]*/;
const STATUS = /([245])[ .](\d{1,3})[ .](\d{1,3})/;

type Group = ReadonlyMap<string, string>;

/** Null when the text holds no group of a recipient. Fields may stand in any order, and blank lines inside groups. */
export function parseDeliveryStatus(text: string): StatusReport | null {
  const groups = splitGroups(text);
  const reportingMta = valueAfterType(
    groups.find((group) => group.has('reporting-mta'))?.get('reporting-mta'),
  );
  const ofRecipients = groups.filter(isOfRecipient);
  if (ofRecipients.length === 0)
    return reportingMta === null ? null : { reportingMta, recipients: [], isCut: false };
  return {
    reportingMta,
    recipients: ofRecipients.slice(0, MOST_RECIPIENTS).map(recipientOf),
    isCut: ofRecipients.length > MOST_RECIPIENTS,
  };
}

function isOfRecipient(group: Group): boolean {
  return RECIPIENT_FIELDS.some((name) => group.has(name)) && (group.has('action') || group.has('status'))
    ? true
    : group.has('action') && group.has('status');
}

const RECIPIENT_FIELDS = ['final-recipient', 'original-recipient', 'x-actual-recipient'];

interface OpenField {
  readonly name: string;
  readonly lines: string[];
}

/** Fields of one recipient come once; where one comes again, a blank line was forgotten. */
function splitGroups(text: string): Group[] {
  const groups: OpenField[][] = [[]];
  let field: OpenField | null = null;
  for (const line of text.split('\n')) {
    const open = groups.at(-1) ?? [];
    if (line.trim() === '') {
      if (open.length > 0) groups.push([]);
      field = null;
      continue;
    }
    if (field !== null && /^[ \t]/.test(line)) {
      if (field.lines.length < MOST_LINES) field.lines.push(line.trim());
      continue;
    }
    const [head, written] = FIELD.exec(line) ?? [];
    if (head === undefined || written === undefined) continue;
    const name = written.toLowerCase();
    field = { name, lines: [line.slice(head.length).trim()] };
    if (ONCE.has(name) && open.some((one) => one.name === name)) groups.push([field]);
    else if (open.length < MOST_FIELDS) open.push(field);
    if (groups.length > MOST_RECIPIENTS * 4) break;
  }
  return merged(groups.map(toGroup));
}

/** Of a field that comes twice in a group the first counts. */
function toGroup(fields: readonly OpenField[]): Group {
  return new Map(fields.toReversed().map(({ name, lines }) => [name, lines.join('\n')]));
}

const MOST_LINES = 500;
const MOST_FIELDS = 100;
const ONCE = new Set(['final-recipient', 'action', 'status']);

/** A group that was torn apart by a blank line: recipient here, action or status there. */
function merged(groups: readonly Group[]): Group[] {
  const whole: Map<string, string>[] = [];
  for (const group of groups) {
    const before = whole.at(-1);
    const belongs =
      before !== undefined &&
      RECIPIENT_FIELDS.some((name) => before.has(name)) &&
      !before.has('action') &&
      !RECIPIENT_FIELDS.some((name) => group.has(name)) &&
      group.has('action');
    if (belongs) for (const [name, value] of group) before.set(name, value);
    else whole.push(new Map(group));
  }
  return whole;
}

function recipientOf(group: Group): RecipientStatus {
  const word = (group.get('action') ?? '').toLowerCase().split(/[^a-z]/, 1)[0] ?? '';
  const status = group.get('status') ?? '';
  const match = STATUS.exec(status.slice(0, 200));
  const diagnostic = group.get('diagnostic-code') ?? null;
  return {
    recipient: addressOf(group.get('final-recipient') ?? group.get('original-recipient')),
    action: actionOf(word),
    saysExpired: word === 'expired',
    status: match === null ? null : match.slice(1, 4).map(Number).join('.'),
    statusComment: /\(([^()]{1,500})\)/.exec(status.slice(0, 600))?.[1] ?? '',
    diagnosticCode: diagnostic === null ? null : withoutType(diagnostic),
    remoteMta: valueAfterType(group.get('remote-mta')),
    willRetry: group.has('will-retry-until'),
  };
}

/** `expired` and `failure` are no words of the RFC, `delay` neither. */
function actionOf(word: string): DsnAction | null {
  if (word === 'expired' || word === 'failure' || word === 'fail') return 'failed';
  if (word === 'delay' || word === 'deferred') return 'delayed';
  return DSN_ACTIONS.find((action) => action === word) ?? null;
}

/** `smtp; 550 5.1.1 …`, `X-Postfix; connect to …`; some programs leave the type out. */
function withoutType(value: string): string | null {
  const text = decodeWords(value)
    .replace(/^[ \t]*[\w-]{1,40}[ \t]*;/, '')
    .trim();
  return text === '' ? null : text;
}

function valueAfterType(value: string | undefined): string | null {
  if (value === undefined) return null;
  const text = value.slice(value.indexOf(';') + 1).trim();
  return text === '' ? null : text;
}

/** `rfc822; <ann@contoso.example>`, `utf-8; grå@contoso.example` (RFC 6533, with \x{…} for what ASCII lacks). */
function addressOf(value: string | undefined): string | null {
  const text = valueAfterType(value);
  if (text === null) return null;
  const bare = text.replace(/^<([^<>]{1,1000})>$/, '$1').replace(/\\x\{([0-9A-Fa-f]{1,6})\}/g, unescaped);
  return bare.slice(0, 1000);
}

function unescaped(whole: string, hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code > 0 && code < 0x11_0000 ? String.fromCodePoint(code) : whole;
}
