// A log of a relay on a bad day, seeded: of twenty messages nine are deferred at first; of these seven leave at the second
// try, and two never. What is open at any moment is much less than what passes.
const START_MS = Date.parse('2026-06-02T00:00:00Z');
const BLOCK = 1000;
const HELD_FOR = 400;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'];
const DEFERRAL = '451 4.3.2 Temporary server error. Please try again later ATTR2 [MAIL01.fabrikam.example]';

export function* relayLogLines(kind, count) {
  const forms = kind === 'exim-log' ? eximForms() : postfixForms(kind);
  const waiting = [];
  let lines = [];
  let written = 0;
  for (let serial = 0; written < count; serial += 1) {
    const message = { serial, atMs: START_MS + serial * 90 };
    const isDeferred = serial % 20 < 9;
    const isLost = serial % 20 < 2 && serial % 1000 < 500;
    lines.push(...forms.arrival(message), isDeferred ? forms.deferred(message) : forms.sent(message));
    if (!isDeferred) lines.push(forms.over(message));
    else if (!isLost) waiting.push(message);
    if (waiting.length > HELD_FOR) {
      const again = { ...waiting.shift(), atMs: message.atMs };
      lines.push(...forms.again(again), forms.sent(again), forms.over(again));
    }
    if (lines.length < BLOCK && written + lines.length < count) continue;
    const block = lines.slice(0, count - written);
    written += block.length;
    lines = [];
    yield `${block.join('\n')}\n`;
  }
}

function postfixForms(kind) {
  const stamp =
    kind === 'postfix-log' ? classic : (atMs) => new Date(atMs).toISOString().replace('Z', '123+00:00');
  const head = ({ atMs }, daemon) => `${stamp(atMs)} relay postfix/${daemon}[${1000 + (atMs % 97)}]: `;
  const id = ({ serial }) => (0xa0000000 + serial).toString(16).toUpperCase().padStart(10, '4');
  const from = (message) =>
    `${head(message, 'qmgr')}${id(message)}: from=<sender${message.serial % 5000}@contoso.example>, size=${2000 + (message.serial % 90000)}, nrcpt=1 (queue active)`;
  const to = (message, dsn, outcome) =>
    `${head(message, 'smtp')}${id(message)}: to=<person${message.serial % 20000}@fabrikam.example>, relay=mail.fabrikam.example[192.0.2.25]:25, delay=${1.5 + (message.serial % 40)}, delays=0.1/0.01/0.5/0.9, dsn=${dsn}, ${outcome}`;
  return {
    arrival: (message) => [
      `${head(message, 'smtpd')}connect from app.contoso.example[192.0.2.10]`,
      `${head(message, 'smtpd')}${id(message)}: client=app.contoso.example[192.0.2.10]`,
      `${head(message, 'cleanup')}${id(message)}: message-id=<${message.serial}.${message.atMs}@contoso.example>`,
      from(message),
      `${head(message, 'smtpd')}disconnect from app.contoso.example[192.0.2.10] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5`,
    ],
    again: (message) => [from(message)],
    deferred: (message) =>
      to(
        message,
        '4.3.2',
        `status=deferred (host mail.fabrikam.example[192.0.2.25] said: ${DEFERRAL} (in reply to RCPT TO command))`,
      ),
    sent: (message) =>
      to(
        message,
        '2.6.0',
        `status=sent (250 2.6.0 <${message.serial}@contoso.example> Queued mail for delivery)`,
      ),
    over: (message) => `${head(message, 'qmgr')}${id(message)}: removed`,
  };
}

function eximForms() {
  const stamp = ({ atMs }) => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
  const head = (message) =>
    `${stamp(message)} 1wUM${String((message.serial % 90) + 10)}-${String(message.serial).padStart(6, '0')}-2a `;
  const to = (message) => `person${message.serial % 20000}@fabrikam.example R=dnslookup T=remote_smtp`;
  const host = 'H=mail.fabrikam.example [192.0.2.25]';
  return {
    arrival: (message) => [
      `${head(message)}<= sender${message.serial % 5000}@contoso.example H=app.contoso.example [192.0.2.10] P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no S=${2000 + (message.serial % 90000)} id=${message.serial}@contoso.example`,
    ],
    again: () => [],
    deferred: (message) =>
      `${head(message)}== ${to(message)} defer (-44) ${host}: SMTP error from remote mail server after RCPT TO:<person${message.serial % 20000}@fabrikam.example>: ${DEFERRAL}`,
    sent: (message) => `${head(message)}=> ${to(message)} ${host} C="250 2.6.0 Queued mail for delivery"`,
    over: (message) => `${head(message)}Completed`,
  };
}

function classic(atMs) {
  const at = new Date(atMs);
  return `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${at.toISOString().slice(11, 19)}`;
}
