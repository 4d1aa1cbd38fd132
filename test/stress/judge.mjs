/**
 * What the worst input costs: time, memory, and whether twice the input costs more than two and a half times as much.
 * Mails run in a process of their own each, so that one peak of memory does not hide another. Exits 1 when a bound is
 * broken. Run: npm run stress:judge [-- WORD], where WORD is a part of a case's name.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

import { classify } from '../../dist/mailflow/bounce/classify.js';
import { readNotice } from '../../dist/mailflow/bounce/notice/read-notice.js';
import { parseRules } from '../../dist/mailflow/bounce/parse-rules.js';
import { openRuleBook } from '../../dist/mailflow/bounce/rule-book.js';
import { RULES } from '../../dist/mailflow/bounce/rules.js';
import { REASONS } from '../../dist/mailflow/bounce/verdict.js';
import { findReplies } from '../../dist/mailflow/smtp/reply.js';
import { attacksOnPattern, attacksOnPhrase } from './attack-strings.mjs';
import { HOSTILE_MAILS } from './hostile-mails.mjs';
import { HOSTILE_REPLIES } from './hostile-replies.mjs';

const SELF = fileURLToPath(import.meta.url);
const KIB = 1024;
const MIB = 1024 * KIB;
const BOUNDS = { msOfOneMib: 100, extraMibOfOneMib: 64, msOf25Mib: 2000, ratio: 2.5 };
/** What is quicker than this is done several times over: else the ratio is the clock's, not the code's. */
const LEAST_MS = 1;
const ONE_MAIL = readFileSync(new URL('../corpus/mail/exo-two-recipients.eml', import.meta.url));

/** Time that the processor worked for this process: what else the machine does is not in it. */
function msOf(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The least of several: what else the machine does only ever adds. */
function leastMs(work, rounds = 3) {
  const times = Math.min(1000, Math.ceil(LEAST_MS / Math.max(msOf(work), 1e-3)));
  const all = () => {
    for (let time = 0; time < times; time += 1) work();
  };
  return Math.min(...Array.from({ length: rounds }, () => msOf(all))) / times;
}

/** Time for twice the input in times of the time for once. Looks again, and longer, before it believes a bad one. */
function ratioOf(work, once, twice) {
  for (const rounds of [2, 7, 15, 30]) {
    const [small, large] = [leastMs(() => work(once), rounds), leastMs(() => work(twice), rounds)];
    const ratio = large / small;
    if (ratio <= BOUNDS.ratio || rounds === 30) return { ms: large, ratio };
  }
}

const broken = [];

function row(name, size, { ms, ratio = 0, extraMib = null }, bounds) {
  const faults = [
    ...(ms > (bounds.ms ?? Infinity) ? [`${bounds.ms} ms`] : []),
    ...(ratio > BOUNDS.ratio ? [`ratio ${BOUNDS.ratio}`] : []),
    ...(extraMib !== null && extraMib > (bounds.extraMib ?? Infinity) ? [`${bounds.extraMib} MiB`] : []),
  ];
  if (faults.length > 0) broken.push(`${name}: ${faults.join(', ')}`);
  const cells = [
    name.slice(0, 70).padEnd(70),
    size.padStart(7),
    ms.toFixed(1).padStart(8),
    (ratio === 0 ? '-' : ratio.toFixed(2)).padStart(6),
    (extraMib === null ? '-' : extraMib.toFixed(0)).padStart(5),
  ];
  console.log(`${cells.join('  ')}${faults.length > 0 ? `  BROKEN: over ${faults.join(', ')}` : ''}`);
}

/** In a process of its own: memory first, while nothing else has been read, then time. */
function measureMail(name) {
  const { make } = HOSTILE_MAILS.find((one) => one.name === name);
  readNotice(ONE_MAIL);
  const [one, two] = [make(MIB), make(2 * MIB)];
  const before = process.resourceUsage().maxRSS;
  const firstMs = msOf(() => readNotice(one));
  const extraMib = (process.resourceUsage().maxRSS - before) / KIB;
  const { ratio } = ratioOf(readNotice, one, two);
  const large = make(25 * MIB);
  const largeMs = leastMs(() => readNotice(large), 1);
  console.log(
    JSON.stringify({ firstMs, extraMib, ratio, largeMs, rssMib: process.resourceUsage().maxRSS / KIB }),
  );
}

/** A new process up to three times, before a bad time is believed: the engine compiles beside, more or less of it. */
function measuredMail(name) {
  let best = null;
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const run = spawnSync(process.execPath, [SELF, '--mail', name], { encoding: 'utf8', timeout: 120_000 });
    if (run.status !== 0) {
      broken.push(`${name}: ${run.signal ?? `exit ${run.status}`}: ${run.stderr.split('\n')[4] ?? ''}`);
      console.log(`${name}  BROKEN: did not end well`);
      return null;
    }
    const measured = JSON.parse(run.stdout);
    best = { ...measured, firstMs: Math.min(measured.firstMs, best?.firstMs ?? Infinity) };
    if (best.firstMs <= BOUNDS.msOfOneMib) break;
  }
  return best;
}

function stressMails(isWanted) {
  console.log(
    '\nMails: the first of its process, then twice as much, then 25 MiB (RSS: of the process, all told)',
  );
  for (const { name } of HOSTILE_MAILS.filter((one) => isWanted(one.name))) {
    const measured = measuredMail(name);
    if (measured === null) continue;
    const { firstMs, extraMib, ratio, largeMs, rssMib } = measured;
    row(
      name,
      '1 MiB',
      { ms: firstMs, ratio, extraMib },
      { ms: BOUNDS.msOfOneMib, extraMib: BOUNDS.extraMibOfOneMib },
    );
    row('', '25 MiB', { ms: largeMs, extraMib: rssMib }, { ms: BOUNDS.msOf25Mib });
  }
}

function stressReplies(isWanted) {
  console.log(
    '\nReplies: a mebibyte (of which the judge takes 64 KiB), and the reader of replies alone at all of it',
  );
  for (const unit of HOSTILE_REPLIES.filter(isWanted)) {
    const make = (size) => unit.repeat(Math.ceil(size / unit.length));
    row(
      JSON.stringify(unit),
      '1 MiB',
      { ms: leastMs(() => classify({ text: make(MIB) })) },
      { ms: BOUNDS.msOfOneMib },
    );
    const judged = ratioOf((text) => classify({ text }), make(32 * KIB), make(64 * KIB));
    row(`  judged`, '64 KiB', judged, {});
    row(`  read`, '2 MiB', ratioOf(findReplies, make(MIB), make(2 * MIB)), {});
  }
}

/** Many cases that are alike: the worst of each are shown. */
function worst(title, cases, measure, most = 5) {
  console.log(`\n${title}`);
  const measured = cases.map((one) => ({ ...one, ...measure(one) }));
  for (const one of measured.filter(({ ratio }) => ratio > BOUNDS.ratio)) row(one.name, one.size, one, {});
  const slowest = measured.toSorted((a, b) => b.ms - a.ms).slice(0, most);
  for (const one of slowest.filter(({ ratio }) => ratio <= BOUNDS.ratio)) row(one.name, one.size, one, {});
  const ratio = measured.reduce((most, one) => Math.max(most, one.ratio), 0);
  console.log(
    `${measured.length} cases, ${slowest[0]?.ms.toFixed(1)} ms at most, ratio ${ratio.toFixed(2)} at most`,
  );
}

/** Each phrase of each rule, read by the finder of all phrases, beyond what the judge lets through. */
function stressPhrases(isWanted) {
  const phrases = RULES.flatMap(({ id, match }) =>
    match
      .flatMap((one) => (one.phrases ?? []).flatMap((phrase) => phrase.split(' + ')))
      .map((phrase) => ({ id, phrase })),
  );
  const cases = phrases.flatMap(({ id, phrase }) =>
    attacksOnPhrase(phrase).map(({ name, make }) => ({
      name: `${id}: ${phrase}: ${name}`,
      size: '64 KiB',
      make,
    })),
  );
  const judge = (text) => classify({ text });
  worst(
    `Phrases: ${phrases.length} of ${RULES.length} rules`,
    cases.filter(({ name }) => isWanted(name)),
    ({ make }) => ratioOf(judge, make(32 * KIB), make(64 * KIB)),
  );
}

/** Regular expressions as they stand in the source. */
function patternsIn(folder) {
  const root = new URL(`../../${folder}`, import.meta.url);
  const files = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((file) => {
    const source = ts.createSourceFile(
      file,
      readFileSync(new URL(file, root), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const found = [];
    const visit = (node) => {
      if (ts.isRegularExpressionLiteral(node)) found.push({ file, literal: node.text });
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

function stressPatterns(isWanted) {
  const patterns = ['src/mailflow/smtp/', 'src/mailflow/mime/', 'src/mailflow/bounce/'].flatMap(patternsIn);
  const cases = patterns.flatMap(({ file, literal }) => {
    const end = literal.lastIndexOf('/');
    const pattern = new RegExp(literal.slice(1, end), literal.slice(end + 1));
    const all = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
    return attacksOnPattern(pattern).map(({ name, make }) => ({
      name: `${file} ${literal.slice(0, 40)} ${name}`,
      size: '64 KiB',
      make,
      all,
    }));
  });
  worst(
    `Regular expressions: ${patterns.length}, each asked for all its matches`,
    cases.filter(({ name }) => isWanted(name)),
    ({ make, all }) => ratioOf((text) => text.replace(all, ''), make(32 * KIB), make(64 * KIB)),
    12,
  );
}

/** A rule file as hostile as its limits allow: phrases that begin alike, that end alike, of many alphabets, each asked for twice. */
function stressOwnRules(isWanted) {
  const rule = (id, phrases) => ({
    id,
    match: { phrases },
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'never',
    remedy: 'Ask.',
  });
  const books = {
    'own rules: beginnings': Array.from({ length: 100 }, (_none, n) => rule(`r${n}`, ['a '.repeat(n + 1)])),
    'own rules: endings': Array.from({ length: 100 }, (_none, n) => rule(`r${n}`, [`${'a '.repeat(n)}b`])),
    'own rules: pairs': Array.from({ length: 1000 }, (_none, n) => rule(`r${n}`, [`a + b + c${n}`, 'a + b'])),
    'own rules: open ends': Array.from({ length: 1000 }, (_none, n) =>
      rule(`r${n}`, [`${'a'.repeat(1 + (n % 199))}*`]),
    ),
    'own rules: alphabets': Array.from({ length: 300 }, (_none, n) =>
      rule(
        `r${n}`,
        Array.from({ length: 5 }, (_nil, m) =>
          Array.from({ length: 40 }, (_nothing, o) =>
            String.fromCharCode(0x4e00 + ((n * 200 + m * 40 + o) % 20_000)),
          ).join(''),
        ),
      ),
    ),
  };
  console.log('\nOwn rules: a rule file at its limits, opened, and asked');
  for (const [name, written] of Object.entries(books).filter(([one]) => isWanted(one))) {
    const parsed = parseRules(written);
    if (!parsed.ok) throw new Error(`${name}: ${parsed.at} ${parsed.expected}`);
    const rules = [...parsed.rules, ...RULES];
    row(`${name}, opened`, '', { ms: leastMs(() => openRuleBook(rules), 1) }, { ms: 1000 });
    for (const unit of ['a ', 'a', 'a b ', 'a b c1 ', 'c999 b a ', '\u4e00\u4e01 ', '\u4e00\u4e28']) {
      const make = (size) => unit.repeat(Math.ceil(size / unit.length));
      const judge = (text) => classify({ text }, rules);
      row(`${name}, ${JSON.stringify(unit)}`, '64 KiB', ratioOf(judge, make(32 * KIB), make(64 * KIB)), {
        ms: 100,
      });
    }
  }
}

/** No time here: whatever is cut, turned round or made up has an answer in the known words. */
function stressAnswers(isWanted) {
  if (!isWanted('answers')) return;
  const folder = new URL('../corpus/mail/', import.meta.url);
  const mails = readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => readFileSync(new URL(name, folder)));
  const samples = RULES.flatMap((rule) => rule.samples);
  let answers = 0;
  const expectAnswer = (verdict) => {
    answers += 1;
    if (!REASONS.includes(verdict.reason)) broken.push(`an answer without a known reason: ${verdict.reason}`);
  };
  const ms = msOf(() => {
    for (const mail of mails) {
      for (let length = 0; length <= mail.length; length += 1)
        expectAnswer(readNotice(mail.subarray(0, length)).verdict);
      expectAnswer(readNotice(Uint8Array.from(mail).reverse()).verdict);
      expectAnswer(readNotice(mail.toString('latin1').split('\n').reverse().join('\n')).verdict);
    }
    for (const sample of samples) {
      for (let length = 0; length <= sample.length; length += 1)
        expectAnswer(classify({ text: sample.slice(0, length) }));
      expectAnswer(classify({ text: Array.from(sample).reverse().join('') }));
    }
    const next = chance(7);
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Uint8Array.from({ length: next(600) }, () => next(256));
      expectAnswer(readNotice(bytes).verdict);
      expectAnswer(classify({ text: Buffer.from(bytes).toString('latin1') }));
    }
  });
  console.log(
    `\nAnswers: ${answers} to ${mails.length} mails and ${samples.length} replies cut at every length and turned round, and to random bytes; ${ms.toFixed(0)} ms`,
  );
}

/** Whole numbers below a bound, the same in each run. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const [first = '', second = ''] = process.argv.slice(2);
if (first === '--mail') {
  measureMail(second);
} else {
  const isWanted = (name) => name.includes(first);
  console.log(`${'case'.padEnd(70)}     size        ms   ratio    RSS+MiB`);
  stressMails(isWanted);
  stressReplies(isWanted);
  stressPhrases(isWanted);
  stressPatterns(isWanted);
  stressOwnRules(isWanted);
  stressAnswers(isWanted);
  console.log(
    broken.length === 0 ? '\nNo bound is broken.' : `\n${broken.length} broken:\n${broken.join('\n')}`,
  );
  process.exitCode = broken.length === 0 ? 0 : 1;
}
