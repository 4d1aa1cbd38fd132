/** What the prose of a notice states about each recipient. Told by the shape of the lines, not by the program's name. */

export interface Statement {
  readonly recipient: string;
  /** Words about this recipient, a line each; may be empty. */
  readonly text: string;
}

export interface Statements {
  /** One for each recipient, by its address in small letters. */
  readonly statements: readonly Statement[];
  readonly textByRecipient: ReadonlyMap<string, string>;
  /** Words that belong to no recipient: what comes behind the last one, or all of them when none is named. */
  readonly rest: string;
}

const MOST_RECIPIENTS = 1000;
const LONGEST_LOCAL_PART = 128;
const NOT_LOCAL = /[\s<>"'()[\]:;,=]/;
const DOMAIN = /@([A-Za-z0-9\u0080-\uffff][A-Za-z0-9.\-\u0080-\uffff]{0,254})/y;
/** What may stand before the address on a recipient's line: brackets, bullets, or a label that ends in a colon. */
const BEFORE = /^[\s<"'*•·[(-]{0,20}$/;
const LABEL = /^[\s*•-]{0,8}([A-Za-z][A-Za-z' ]{2,48})(?:[: ]{1,3})[\s<"'[(]{0,3}$/;
const LABELS =
  /^(?:.{0,30}\b(?:recipient|delivered to|delivery failed|failed to|user unknown|unknown user|mailbox is full|address|deliver message to)\b.{0,10})$/i;
/** What may stand behind it: nothing, a colon, dots, a bracket, a date. */
const BEHIND =
  /^["'>\])]{0,3}(?:<mailto:[^\s<>]{1,300}>)?\s{0,8}(?:$|[:.[(,]|on [A-Z][a-z]{2},|on \d{1,2}[./-]\d{1,2}[./-]\d)/;
const DIAGNOSTICS =
  /diagnostic information for administrators|^(?:generating|receiving) server\s*:|diagnoseinformationen für administratoren|informations de diagnostic pour les administrateurs|información de diagnóstico para (?:los )?administradores|informazioni di diagnostica per gli amministratori|diagnostische gegevens voor beheerders|informações de diagnóstico para administradores|管理者向けの?診断情報|管理员的?诊断信息|Диагностические сведения для администраторов/i;
/** The line of an admin in whatever language; the recipient stands above it. */
const RETURNED = /remote server(?: at [^\s']{1,255}(?: \([^\s()]{1,50}\))?)? returned '/i;
/** What the notice tells of the mail that it is about: the sender's words, and no evidence. */
const ECHO =
  /^\s{0,20}(?:subject|sent|betreff|gesendet|objet|asunto|oggetto|onderwerp|assunto|тема|temat|ämne|konu|件名|主题|主旨|제목)\s{0,4}[:：]/i;
/** The address on the next line is the sender's. */
const SENDER_FOLLOWS = /\b(?:sent by|sender|message from|mail from)\s{0,4}:?\s{0,4}$/i;
/** Commands of the session; what the server answered to them is evidence, they are not. */
const COMMAND =
  /^\W{0,6}(?:sent )?(?:>>>|<<<) ?(?:mail|rcpt|data|ehlo|helo|quit|rset|bdat|starttls|auth)\b(?! *command)/i;

interface Open {
  readonly recipient: string;
  readonly lines: string[];
  /** Whether something was said about the recipient already. */
  hasWords: boolean;
}

/** Time is linear in the lines: each is looked at once, by patterns of bounded length. */
export function readStatements(lines: readonly string[]): Statements {
  const all: Open[] = [];
  const loose: string[] = [];
  let open: Open | null = null;
  let before = '';
  for (const line of regionOf(lines)) {
    if (isNoEvidence(line)) continue;
    const isBlank = line.trim() === '';
    const named = all.length < MOST_RECIPIENTS && !isBlank ? recipientOn(line, before) : null;
    if (!isBlank) before = line.slice(-80);
    if (named !== null) {
      open = { recipient: named.recipient, lines: [named.text], hasWords: hasWords(named.text) };
      all.push(open);
      continue;
    }
    // A blank line may part the address from what is said about it, and ends what was said.
    if (open !== null && (isHeading(line) || (isBlank && open.hasWords))) open = null;
    if (open === null) {
      loose.push(line.trim());
      continue;
    }
    open.lines.push(line.trim());
    open.hasWords ||= hasWords(line);
  }
  return { ...merged(all), rest: loose.join('\n').trim() };
}

function isNoEvidence(line: string): boolean {
  const head = line.slice(0, 300);
  return COMMAND.test(head) || ECHO.test(head) || DIAGNOSTICS.test(head);
}

/** Exchange writes for people first, then for admins; only the latter is the same in all languages and versions. */
function regionOf(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => DIAGNOSTICS.test(line.slice(0, 300)));
  if (start >= 0) return lines.slice(start);
  const returned = lines.findIndex((line) => RETURNED.test(line.slice(0, 400)));
  const blank = lines.slice(0, Math.max(0, returned)).findLastIndex((line) => line.trim() === '');
  return returned < 0 ? lines : lines.slice(blank + 1);
}

function isHeading(line: string): boolean {
  return /^\s{0,8}[-=*_|#]{3,}/.test(line);
}

function hasWords(line: string): boolean {
  return /[A-Za-z]{3}|[245]\d\d/.test(line);
}

function recipientOn(line: string, before: string): Statement | null {
  if (line.length > 2000 || !line.includes('@') || SENDER_FOLLOWS.test(before)) return null;
  const found = addressIn(line);
  if (found === null) return null;
  const recipient = withoutDots(line.slice(found.at, found.end));
  const inFront = line.slice(0, found.at);
  const behind = line.slice(found.end);
  if (!BEHIND.test(behind)) return null;
  const text = behind.replace(/^["'>\])]{0,3}(?:<mailto:[^\s<>]{1,300}>)?[\s:.,]{0,8}/, '');
  if (BEFORE.test(inFront)) return { recipient, text };
  const [, label = ''] = LABEL.exec(inFront) ?? [];
  return LABELS.test(label) ? { recipient, text: `${label}: ${text}` } : null;
}

/** The first address of a line. From the sign outwards: a pattern that begins anywhere would look 128 times at each character. */
function addressIn(line: string): { readonly at: number; readonly end: number } | null {
  let found: { readonly at: number; readonly end: number } | null = null;
  for (let sign = line.indexOf('@'); sign >= 0; sign = line.indexOf('@', sign + 1)) {
    // One behind another, as in ann@fabrikam.example@contoso.example, belongs to the same address.
    if (found !== null && found.end !== sign) break;
    DOMAIN.lastIndex = sign;
    const [domain] = DOMAIN.exec(line) ?? [];
    if (domain === undefined) continue;
    const at: number = found?.at ?? startOfLocalPart(line, sign);
    if (at < sign) found = { at, end: sign + domain.length };
  }
  return found;
}

function startOfLocalPart(line: string, sign: number): number {
  let at = sign;
  while (at > 0 && sign - at < LONGEST_LOCAL_PART && !NOT_LOCAL.test(line.charAt(at - 1))) at -= 1;
  return at;
}

function withoutDots(address: string): string {
  let end = address.length;
  while (address[end - 1] === '.') end -= 1;
  return address.slice(0, end);
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
function merged(all: readonly Open[]): Omit<Statements, 'rest'> {
  const textsByRecipient = new Map<string, string[]>();
  for (const { recipient, lines } of all) {
    const key = recipient.toLowerCase();
    const texts = textsByRecipient.get(key) ?? [];
    textsByRecipient.set(key, texts);
    if (texts.length < MOST_TEXTS) texts.push(lines.join('\n').trim());
  }
  const statements = [...textsByRecipient].map(([recipient, texts]) => ({
    recipient,
    text: texts.join('\n').trim(),
  }));
  return {
    statements,
    textByRecipient: new Map(statements.map(({ recipient, text }) => [recipient, text])),
  };
}

const MOST_TEXTS = 8;
