/**
 * Mails made to hurt whoever reads them. Each is a shape that grows: `make(size)` gives about `size` bytes of it, always
 * the same for the same size. The normal tests ask for an answer to each, `npm run stress:judge` for the price of it.
 */
const HEAD = 'From: MAILER-DAEMON@contoso.example\nSubject: Undeliverable: x\n';
const PLAIN = `${HEAD}Content-Type: text/plain; charset=utf-8\n\n`;
const HTML = `${HEAD}Content-Type: text/html\n\n`;
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary=x\n\n`;
const REPORT = `${HEAD}Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n`;
const ONE_FAILED = 'Final-Recipient: rfc822; bob@fabrikam.example\nAction: failed\nStatus: 5.0.0\n';

/** `head`, then `unit` again and again, then `tail`. A function as unit gives the n-th piece. */
function growing(name, head, unit, tail = '') {
  const make = (size) => {
    const room = Math.max(0, size - head.length - tail.length);
    return Buffer.from(
      head + (typeof unit === 'string' ? repeated(unit, room) : counted(unit, room)) + tail,
      'latin1',
    );
  };
  return { name, make };
}

function repeated(unit, room) {
  return unit.repeat(Math.ceil(room / unit.length));
}

function counted(unit, room) {
  const pieces = [];
  for (let index = 0, length = 0; length < room; index += 1) {
    pieces.push(unit(index));
    length += pieces[index].length;
  }
  return pieces.join('');
}

const level = (index) => `Content-Type: multipart/mixed; boundary=b${index}\n\n--b${index}\n`;
const utf16 = (text) => Buffer.from(text, 'utf16le').toString('latin1');

export const HOSTILE_MAILS = [
  growing('parts without end', MIXED, '--x\n\na\n'),
  growing('parts with a field each', MIXED, '--x\nContent-Type: text/plain\n\na\n'),
  growing('levels without end', HEAD, level),
  growing('levels in an attached mail', `${MIXED}--x\nContent-Type: message/rfc822\n\n`, level),
  growing('levels that open one boundary', MIXED, '--x\nContent-Type: multipart/mixed; boundary=x\n\n'),
  growing('levels that close at once', MIXED, '--x\nContent-Type: multipart/mixed; boundary=y\n\n--y--\n'),
  growing('one line in the body', PLAIN, 'a'),
  growing('one line with an address', PLAIN, 'a', '@contoso.example'),
  growing('one line in the header', `${HEAD}To: `, 'a', '\n\nb'),
  growing('colons in the header', `${HEAD}To: `, ':', '\n\nb'),
  growing('groups of addresses in the header', `${HEAD}To: `, 'a:b;', '\n\nb'),
  growing('colons in the body', PLAIN, ':'),
  growing('a header without end', HEAD, 'a:\n'),
  growing('a header of one name', HEAD, 'Received: x\n'),
  growing('a folded field without end', HEAD, ' a\n'),
  growing('a folded subject of encoded words', `${HEAD}Subject: x\n`, ' =?utf-8?q?=41?=\n'),
  growing('carriage returns without line feeds', HEAD, 'a: b\r'),
  growing('no boundary', `${HEAD}Content-Type: multipart/mixed\n\n`, '--a\n'),
  growing('a boundary that never comes', MIXED, 'text\n'),
  growing('a boundary that never closes', MIXED, '--x\n'),
  growing('lines like boundaries', MIXED, '--y\n'),
  growing('lines of dashes', MIXED, '-'.repeat(70) + '\n'),
  growing(
    'boundaries that overlap',
    `${MIXED}--x\nContent-Type: multipart/mixed; boundary=xx\n\n`,
    '--xx\n--x\n',
  ),
  growing('a boundary to guess', HEAD + '\n', '--q\nno field\n'),
  growing('blank lines', PLAIN, '\n'),
  growing('blanks', PLAIN, ' '),
  growing('blanks before line ends', PLAIN, ' '.repeat(99) + '\n'),
  growing('zeros', PLAIN, '\0'),
  growing('high bytes', PLAIN, '\xff\xfe\xc0\x80'),
  growing('UTF-16 without a name', HEAD + '\n', utf16('550 5.1.1 User unknown\n')),
  growing(
    'UTF-16 by name',
    `${HEAD}Content-Type: text/plain; charset=utf-16le\n\n`,
    utf16('<a@b.example>: 550 no\n'),
  ),
  growing(
    'UTF-16 by a wrong name',
    `${HEAD}Content-Type: text/plain; charset=utf-16be\n\n`,
    utf16('550 5.1.1\n'),
  ),
  growing('UTF-7', `${HEAD}Content-Type: text/plain; charset=utf-7\n\n`, '+AGE-+AEA-b '),
  growing(
    'Japanese that never shifts back',
    `${HEAD}Content-Type: text/plain; charset=iso-2022-jp\n\n`,
    '\x1b$B',
  ),
  growing('base64 of nothing', `${HEAD}Content-Transfer-Encoding: base64\n\n`, '===='),
  growing('base64 that is none', `${HEAD}Content-Transfer-Encoding: base64\n\n`, '!!!\n'),
  growing('base64 of a reply', `${HEAD}Content-Transfer-Encoding: base64\n\n`, 'NTUwIDUuMS4xIG5v\n'),
  growing('escapes that are none', `${HEAD}Content-Transfer-Encoding: quoted-printable\n\n`, '= '),
  growing('escapes', `${HEAD}Content-Transfer-Encoding: quoted-printable\n\n`, '=35=35=30=0A'),
  growing('encoded words that never close', `${HEAD}Subject: `, '=?utf-8?q?', '\n\nb'),
  growing('encoded words in a report', `${REPORT}${ONE_FAILED}Diagnostic-Code: smtp; `, '=?utf-8?q?=41?= '),
  growing('parameters that never close', `${HEAD}Content-Type: text/plain`, '; a*1="', '\n\nb'),
  growing('parameters without end', `${HEAD}Content-Type: text/plain`, (index) => `; a*${index}=b`, '\n\nb'),
  growing('tags that never close', HTML, '<style>'),
  growing('tags that never end', HTML, '<a '),
  growing('tags', HTML, '<br>'),
  growing('comments that never close', HTML, '<!--'),
  growing('entities', HTML, '&#x41;'),
  growing('entities that never end', HTML, '&amp'),
  growing('recipients in a report', REPORT, `${ONE_FAILED}\n`),
  growing(
    'recipients in a report that says nothing, with prose',
    `${HEAD}Content-Type: multipart/report; boundary=x\n\n--x\n\n${'some words of 550 failure\n'.repeat(2000)}--x\nContent-Type: message/delivery-status\n\n`,
    `${ONE_FAILED}\n`,
  ),
  growing('fields in a report', REPORT, (index) => `X-${index}: a\n`),
  growing('blank lines in a report', REPORT, 'Action: failed\n\n'),
  growing('a folded diagnosis', `${REPORT}${ONE_FAILED}Diagnostic-Code: smtp;\n`, ' 550\n'),
  growing(
    'a diagnosis of many replies',
    `${REPORT}${ONE_FAILED}Diagnostic-Code: smtp; `,
    "550 5.7.1 said: '",
  ),
  growing(
    'a diagnosis of one record',
    `${REPORT}${ONE_FAILED}Diagnostic-Code: smtp; `,
    '[{LED=450 4.4.316 x};{MSG=',
  ),
  growing(
    'reports without end',
    `${HEAD}Content-Type: multipart/report; boundary=x\n\n`,
    `--x\nContent-Type: message/delivery-status\n\n${ONE_FAILED}\n`,
  ),
  growing('recipients in prose', PLAIN, '<a@b.example>:\n550 no\n\n'),
  growing('different recipients in prose', PLAIN, (index) => `<a${index}@b.example>\n`),
  growing(
    'recipients in prose, then words',
    `${PLAIN}${Array.from({ length: 1000 }, (_none, index) => `<a${index}@b.example>\n`).join('')}\n---\n`,
    'some words of failure\n',
  ),
  growing('blank lines behind a recipient', `${PLAIN}<a@b.example>\n`, '\n', 'x'),
  growing('lines without words behind a recipient', `${PLAIN}<a@b.example>\n`, '..\n\n', 'x'),
  growing('addresses behind one another', PLAIN, '@a'),
  growing('dots behind an address', `${PLAIN}a@b`, '.'),
  growing('one recipient again and again', PLAIN, 'a@b.example\n550 no\n'),
  growing('replies in prose', PLAIN, '550 5.1.1 550 '),
  growing('at signs in prose', PLAIN, `@${'a'.repeat(1990)}\n`),
  growing('labels in prose', PLAIN, 'recipient : '),
  growing('labels of recipients in prose', PLAIN, 'failed to deliver to recipient address: a@b.example x\n'),
  growing('quotation marks', PLAIN, '> > > a\n'),
  growing('a session', PLAIN, '>>> RCPT TO:<a@b.example>\n<<< 550-5.1.1 no\n'),
  growing('headings of a returned mail', PLAIN, '----- Original \n'),
  growing('fields of a returned mail', PLAIN, 'Received: x\n\n'),
  growing('JSON that never closes', PLAIN, '{"a":'),
  growing(
    'JSON of recipients',
    `${PLAIN}{"notificationType":"Bounce","bounce":{"bouncedRecipients":[`,
    '{"emailAddress":"a@b.example"},',
    '{}]}}',
  ),
  growing(
    'a report in an attached mail',
    `${MIXED}--x\nContent-Type: message/rfc822\n\n${REPORT.replaceAll('x\n', 'y\n').replace('--x', '--y')}`,
    `${ONE_FAILED}\n`,
  ),
  growing('words of notices', PLAIN, 'could not be delivered has been delayed message expired '),
];
