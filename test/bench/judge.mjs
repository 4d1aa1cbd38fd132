/**
 * How many replies a second one process judges, beside the least that any program does: the first code of the text wins.
 * Every text is another one, so that no memory of answers helps. Start-up and the making of texts are not counted.
 * Run: npm run bench:judge
 */
import { classify } from '../../dist/mailflow/bounce/classify.js';
import { makeReplies } from './replies.mjs';

const COUNT = 200_000;
const ROUNDS = 5;
const FIRST_CODE = /\b([245])\d\d\b|\b([245])\.\d{1,3}\.\d{1,3}\b/;

function firstCodeWins(text) {
  const match = FIRST_CODE.exec(text);
  return match === null ? 'unknown' : (match[1] ?? match[2]);
}

/** Best of the rounds: what the code can do; the median is what this machine's other work leaves of it. */
function measure(judge, texts) {
  const rates = [];
  let checksum = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (const text of texts) checksum += judge(text).length;
    rates.push(texts.length / (Number(process.hrtime.bigint() - start) / 1e9));
  }
  return { rates: rates.toSorted((a, b) => b - a), checksum };
}

const texts = makeReplies(COUNT);
const characters = texts.reduce((sum, text) => sum + text.length, 0);
console.log(
  `${COUNT} replies, ${new Set(texts).size} of them different, ${(characters / COUNT).toFixed(0)} characters on average`,
);
const candidates = {
  'first code wins': firstCodeWins,
  classify: (text) => classify({ text }).rule,
  'classify with remedy': (text) => classify({ text }).remedy,
};
for (const [name, judge] of Object.entries(candidates)) {
  const { rates, checksum } = measure(judge, texts);
  const perSecond = (rate) => `${(rate / 1000).toFixed(0).padStart(6)}k/s`;
  console.log(
    `${name.padEnd(22)} best ${perSecond(rates[0])}  median ${perSecond(rates[rates.length >> 1])}  (${checksum})`,
  );
}
