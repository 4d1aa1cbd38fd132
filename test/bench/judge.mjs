/**
 * How many replies a second one process judges, beside the least that any program does: the first code of the text wins.
 * Every text is another one, so that no memory of answers helps. Start-up and the making of texts are not counted.
 * Run: npm run bench:judge
 */
import { classify } from '../../dist/mailflow/bounce/classify.js';
import { makeReplies } from './replies.mjs';

const COUNT = 200_000;
const ROUNDS = 7;
const FIRST_CODE = /\b([245])\d\d\b|\b([245])\.\d{1,3}\.\d{1,3}\b/;

function firstCodeWins(text) {
  const match = FIRST_CODE.exec(text);
  return match === null ? 'unknown' : (match[1] ?? match[2]);
}

/** Rates by the clock, and by the time that the processor worked for this process: the latter bears other work beside it. */
function measure(judge, texts) {
  const start = process.hrtime.bigint();
  const busy = process.cpuUsage();
  let checksum = 0;
  for (const text of texts) checksum += judge(text).length;
  const { user, system } = process.cpuUsage(busy);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { checksum, byClock: texts.length / seconds, byWork: (texts.length / (user + system)) * 1e6 };
}

function best(rates) {
  return `${(Math.max(...rates) / 1000).toFixed(0).padStart(6)}k/s`;
}

function median(rates) {
  return `${(rates.toSorted((a, b) => a - b)[rates.length >> 1] / 1000).toFixed(0).padStart(6)}k/s`;
}

const texts = makeReplies(COUNT);
const characters = texts.reduce((sum, text) => sum + text.length, 0);
console.log(
  `${COUNT} replies, ${new Set(texts).size} of them different, ${(characters / COUNT).toFixed(0)} characters on average`,
);
const candidates = {
  'first code wins': firstCodeWins,
  classify: (text) => classify({ text }).rule,
  'classify, remedy read': (text) => classify({ text }).remedy,
};
const rounds = Array.from({ length: ROUNDS }, () =>
  Object.values(candidates).map((judge) => measure(judge, texts)),
);
for (const [index, name] of Object.keys(candidates).entries()) {
  const byClock = rounds.map((round) => round[index].byClock);
  const byWork = rounds.map((round) => round[index].byWork);
  console.log(
    `${name.padEnd(22)} by the clock: best ${best(byClock)} median ${median(byClock)}   by work: best ${best(byWork)} median ${median(byWork)}   (${rounds[0][index].checksum})`,
  );
}
