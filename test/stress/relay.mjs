/**
 * What the worst input costs the readers of relays' queues and logs, and whether twice the input costs more than two and a
 * half times as much. Exits 1 when it does. Run: npm run stress:relay
 */
import { RELAY_FORMATS } from '../../dist/sources/relay/relay-formats.js';

const MOST_RATIO = 2.5;
const CONTEXT = { asOf: new Date('2026-11-27T00:00:00Z'), timeZone: 'Europe/Berlin' };
const KIB = 1024;
const POSTFIX = 'Nov 26 10:00:00 relay postfix/smtp[1]: 4A1B2C3D4E: ';
const EXIM = '2026-11-26 10:00:00 1xWXXE-0004cS-39 ';
const OPENSMTPD =
  'Nov 26 10:00:00 relay smtpd[1]: 3c0b2095e3af7aef mta delivery evpid=0e139648730fa6c1 from=<a@b> to=<c@d> ';
const ENVELOPE = '0e139648730fa6c1|inet4|mta||';

/** Texts of a size, most of one line after another that is nearly as long as a line may be. */
const UNITS = [
  '\n',
  ' ',
  'x',
  '(',
  ')',
  '"',
  '\\',
  '<',
  '>',
  '|',
  '@',
  ': ',
  ', ',
  'a@b ',
  ' T="',
  ' for a@b',
  ' H=',
  ' [',
  ' result="',
  ' stat=',
  ' id=',
  ' S=1',
  ', status=',
  ', relay=',
  '>, orig_to=<',
  ' (in reply to ',
  'host x said: ',
  '{"a":',
  '[',
  'D ',
];
const HEADS = {
  'postfix-json': ['', '{"queue_id":"'],
  'postfix-mailq': ['', '4A1B2C3D4E', '4A1B2C3D4E  10 Thu Nov 26 10:00:00  ', '        '],
  'postfix-log': [
    '',
    POSTFIX,
    `${POSTFIX}to=<`,
    `${POSTFIX}to=<a@b>, relay=none, delay=1, dsn=4.3.2, status=deferred (host `,
    `${POSTFIX}hold: `,
  ],
  'exim-queue': ['', ' 5m  10 1xWXXE-0004cS-39 <', '          '],
  'exim-log': [
    '',
    EXIM,
    `${EXIM}<= `,
    `${EXIM}== `,
    `${EXIM}== a@b R=r defer (-44) H=x [192.0.2.1]: SMTP error from remote mail server after `,
    `${EXIM}=> a@b C="`,
  ],
  'opensmtpd-queue': ['', ENVELOPE],
  'opensmtpd-log': ['', OPENSMTPD],
};

function make(head, unit, size) {
  const line = `${head}${unit.repeat(Math.floor((60 * KIB - head.length) / unit.length))}\n`;
  return line.repeat(Math.ceil(size / line.length));
}

/** Time that the processor worked for this process. */
function msOf(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function read(format, text) {
  const reader = format.open(CONTEXT);
  for (let at = 0; at < text.length; at += 64 * KIB) reader.text(text.slice(at, at + 64 * KIB));
  reader.end();
}

function least(work, rounds) {
  return Math.min(...Array.from({ length: rounds }, () => msOf(work)));
}

let isBroken = false;
for (const format of RELAY_FORMATS) {
  let worst = { ratio: 0, ms: 0, name: '' };
  let slowest = { ms: 0, name: '' };
  for (const head of HEADS[format.name] ?? ['']) {
    for (const unit of UNITS) {
      const [once, twice] = [make(head, unit, 1024 * KIB), make(head, unit, 2048 * KIB)];
      const ratioOf = (rounds) => {
        const ms = least(() => read(format, twice), rounds);
        return {
          ms,
          ratio:
            ms /
            Math.max(
              1,
              least(() => read(format, once), rounds),
            ),
        };
      };
      let found = ratioOf(2);
      if (found.ratio > MOST_RATIO) found = ratioOf(9);
      const name = JSON.stringify(`${head}${unit}…`);
      if (found.ratio > worst.ratio) worst = { ...found, name };
      if (found.ms > slowest.ms) slowest = { ms: found.ms, name };
    }
  }
  isBroken ||= worst.ratio > MOST_RATIO;
  console.log(
    `${format.name}: worst ratio ${worst.ratio.toFixed(2)} (${worst.name}, ${worst.ms.toFixed(0)} ms of 2 MiB)`,
  );
  console.log(`  slowest: ${slowest.ms.toFixed(0)} ms of 2 MiB (${slowest.name})`);
}
if (isBroken) process.exitCode = 1;
