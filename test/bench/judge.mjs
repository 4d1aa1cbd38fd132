/**
 * How many replies and how many mails a second one process judges, beside the least that any program does: the first code
 * of the text wins. Every reply is another one, so that no memory of answers helps; the mails are those of test/corpus,
 * again and again. Start-up and the making of texts are not counted; what the first answer of a process costs is told
 * apart. Run: npm run bench:judge
 */
import { readdirSync, readFileSync } from 'node:fs';

import { makeReplies } from './replies.mjs';

const ROUNDS = 7;
const REPLIES = 200_000;
const MAILS = 10_000;
const FIRST_CODE = /\b([245])\d\d\b|\b([245])\.\d{1,3}\.\d{1,3}\b/;

function firstCodeWins(text) {
  const match = FIRST_CODE.exec(text);
  return match === null ? 'unknown' : (match[1] ?? match[2]);
}

function msOf(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Rates by the clock, and by the time that the processor worked for this process: the latter bears other work beside it. */
function measure(judge, items) {
  const start = process.hrtime.bigint();
  const busy = process.cpuUsage();
  let checksum = 0;
  for (const item of items) checksum += judge(item).length;
  const { user, system } = process.cpuUsage(busy);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { checksum, byClock: items.length / seconds, byWork: (items.length / (user + system)) * 1e6 };
}

function best(rates) {
  return formatRate(Math.max(...rates));
}

function median(rates) {
  return rates.toSorted((a, b) => a - b)[rates.length >> 1];
}

function formatRate(rate) {
  return `${rate >= 1e5 ? `${(rate / 1000).toFixed(0)}k` : rate.toFixed(0)}/s`.padStart(8);
}

/** Candidates in turns, so that all of them have the same weather. The first is the yardstick of the others. */
function compare(title, candidates, items) {
  console.log(`\n${title}`);
  const rounds = Array.from({ length: ROUNDS }, () =>
    Object.values(candidates).map((judge) => measure(judge, items)),
  );
  const yardstick = median(rounds.map(([first]) => first.byWork));
  for (const [index, name] of Object.keys(candidates).entries()) {
    const byClock = rounds.map((round) => round[index].byClock);
    const byWork = rounds.map((round) => round[index].byWork);
    const times = (yardstick / median(byWork)).toFixed(1).padStart(6);
    console.log(
      `${name.padEnd(22)} by the clock: best ${best(byClock)} median ${formatRate(median(byClock))}   by work: best ${best(byWork)} median ${formatRate(median(byWork))} ${times} x   (${rounds[0][index].checksum})`,
    );
  }
}

const start = process.hrtime.bigint();
const { classify } = await import('../../dist/mailflow/bounce/classify.js');
const { readNotice } = await import('../../dist/mailflow/bounce/notice/read-notice.js');
const importMs = Number(process.hrtime.bigint() - start) / 1e6;
const firstMs = msOf(() => classify({ text: '451 4.3.2' }));
const folder = new URL('../corpus/mail/', import.meta.url);
const corpus = readdirSync(folder)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(new URL(name, folder)));
const firstMailMs = msOf(() => readNotice(corpus[0]));
console.log(
  `once in a process: modules ${importMs.toFixed(1)} ms, the first reply ${firstMs.toFixed(1)} ms, then the first mail ${firstMailMs.toFixed(1)} ms`,
);

const replies = makeReplies(REPLIES);
const characters = replies.reduce((sum, text) => sum + text.length, 0);
compare(
  `${REPLIES} replies, ${new Set(replies).size} of them different, ${(characters / REPLIES).toFixed(0)} characters on average`,
  {
    'first code wins': firstCodeWins,
    classify: (text) => classify({ text }).rule,
    'classify, remedy read': (text) => classify({ text }).remedy,
  },
  replies,
);

const mails = Array.from({ length: MAILS }, (_, index) => corpus[index % corpus.length]);
const bytes = corpus.reduce((sum, mail) => sum + mail.length, 0);
compare(
  `${MAILS} mails: ${corpus.length} of them different, ${(bytes / corpus.length).toFixed(0)} bytes on average`,
  {
    'first code wins': (mail) => firstCodeWins(mail.toString('latin1')),
    'bytes to text only': (mail) => mail.toString('latin1'),
    readNotice: (mail) => readNotice(mail).verdict.rule,
  },
  mails,
);
