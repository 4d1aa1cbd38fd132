/** What the prose of a notice states about each recipient. Told by the shape of the lines, not by the program's name. */

export interface Statement {
  /** Null when the notice names nobody. */
  readonly recipient: string | null;
  /** Words about this recipient, a line each; may be empty. */
  readonly text: string;
}

export interface Statements {
  /** One for each recipient, by its address in small letters. */
  readonly statements: readonly Statement[];
  readonly textByRecipient: ReadonlyMap<string | null, string>;
  /** Words that belong to no recipient: what comes behind the last one, or all of them when none is named. */
  readonly rest: string;
}

const MOST_RECIPIENTS = 1000;
const ADDRESS = /[^\s<>"'()[\]:;,=]{1,128}@[A-Za-z0-9\u0080-\uffff][A-Za-z0-9.\-\u0080-\uffff]{0,254}/;
/** What may stand before the address on a recipient's line: brackets, bullets, or a label that ends in a colon. */
const BEFORE = /^[\s<"'*•·[(-]{0,20}$/;
const LABEL = /^[\s*•-]{0,8}([A-Za-z][A-Za-z' ]{2,48})(?:[: ]{1,3})[\s<"'[(]{0,3}$/;
const LABELS =
  /^(?:.{0,30}\b(?:recipient|delivered to|delivery failed|failed to|user unknown|unknown user|mailbox is full|address|deliver message to)\b.{0,10})$/i;
/** What may stand behind it: nothing, a colon, dots, a bracket, a date. */
const BEHIND = /^["'>\])]{0,3}(?:<mailto:[^\s<>]{1,300}>)?\s{0,8}(?:$|[:.[(,]|on [A-Z][a-z]{2},)/;
const DIAGNOSTICS =
  /diagnostic information for administrators|^generating server\s*:|diagnoseinformationen für administratoren|informations de diagnostic pour les administrateurs|información de diagnóstico para (?:los )?administradores|informazioni di diagnostica per gli amministratori|diagnostische gegevens voor beheerders|informações de diagnóstico para administradores|管理者向けの?診断情報|管理员的?诊断信息|Диагностические сведения для администраторов|remote server returned '/i;
/** The address on the next line is the sender's. */
const SENDER_FOLLOWS = /\b(?:sent by|sender|message from|mail from)\s{0,4}:?\s{0,4}$/i;
/** Commands of the session; what the server answered to them is evidence, they are not. */
const COMMAND =
  /^\W{0,6}(?:sent )?(?:>>>|<<<) ?(?:mail|rcpt|data|ehlo|helo|quit|rset|bdat|starttls|auth)\b(?! *command)/i;

interface Open {
  readonly recipient: string;
  readonly lines: string[];
}

/** Time is linear in the lines: each is looked at once, by patterns of bounded length. */
export function readStatements(lines: readonly string[]): Statements {
  const all: Open[] = [];
  const loose: string[] = [];
  let open: Open | null = null;
  let before = '';
  for (const line of regionOf(lines)) {
    if (COMMAND.test(line.slice(0, 80))) continue;
    const named = all.length < MOST_RECIPIENTS && !SENDER_FOLLOWS.test(before) ? recipientOn(line) : null;
    if (!isBlank(line)) before = line.slice(-80);
    if (named !== null) {
      open = { recipient: named.recipient, lines: [named.text] };
      all.push(open);
      continue;
    }
    // A blank line may part the address from what is said about it, and ends what was said.
    if (open !== null && (isHeading(line) || (isBlank(line) && hasWords(open.lines)))) open = null;
    (open === null ? loose : open.lines).push(line.trim());
  }
  const statements = merged(
    all.map((one) => ({ recipient: one.recipient, text: one.lines.join('\n').trim() })),
  );
  return {
    statements,
    textByRecipient: new Map(statements.map(({ recipient, text }) => [recipient, text])),
    rest: loose.join('\n').trim(),
  };
}

/** Exchange writes for people first, then for admins; only the latter is the same in all languages and versions. */
function regionOf(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => DIAGNOSTICS.test(line.slice(0, 300)));
  return start < 0 ? lines : lines.slice(start);
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

function isHeading(line: string): boolean {
  return /^\s{0,8}[-=*_|#]{3,}/.test(line);
}

function hasWords(lines: readonly string[]): boolean {
  return lines.some((line) => /[A-Za-z]{3}|[245]\d\d/.test(line));
}

function recipientOn(line: string): (Statement & { readonly recipient: string }) | null {
  if (line.length > 2000 || !line.includes('@')) return null;
  const match = ADDRESS.exec(line);
  if (match === null) return null;
  const recipient = match[0].replace(/\.+$/, '');
  const before = line.slice(0, match.index);
  const behind = line.slice(match.index + match[0].length);
  if (!BEHIND.test(behind)) return null;
  const text = behind.replace(/^["'>\])]{0,3}(?:<mailto:[^\s<>]{1,300}>)?[\s:.,]{0,8}/, '');
  if (BEFORE.test(before)) return { recipient, text };
  const [, label = ''] = LABEL.exec(before) ?? [];
  return LABELS.test(label) ? { recipient, text: `${label}: ${text}` } : null;
}

/** What the server answered first, then the whole. Later answers in a session are often about the first: `503 Need RCPT`. */
export function inTurns(text: string): readonly string[] {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => ANSWER.test(line));
  if (first < 0) return [text];
  const isLast = (line: string): boolean => !/^<<< ?[245]\d\d-/.test(line);
  const length = lines.slice(first).findIndex(isLast) + 1;
  const answer = lines.slice(first, length === 0 ? lines.length : first + length);
  return [answer.map((line) => line.replace(/^<<< ?/, '')).join('\n'), text];
}

/** A refusal in the transcript of a session. */
const ANSWER = /^<<< ?[45]\d\d/;

/** The same recipient twice, as in a list and in the transcript below it, is one. */
function merged(statements: readonly Statement[]): Statement[] {
  const textByRecipient = new Map<string | null, string[]>();
  for (const { recipient, text } of statements) {
    const key = recipient?.toLowerCase() ?? null;
    textByRecipient.set(key, [...(textByRecipient.get(key) ?? []), text].slice(0, MOST_TEXTS));
  }
  return [...textByRecipient].map(([recipient, texts]) => ({ recipient, text: texts.join('\n').trim() }));
}

const MOST_TEXTS = 8;
