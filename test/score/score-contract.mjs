// Holds the judge against an outside table of status codes and a page of mail-flow facts, which are not part of this
// project: MAILCHECK_CONTRACT_DIR names their folder. Each row is written out as the replies that it describes, alone and
// as the record of a trace event, and judged; printed is how often the answer agrees, by column, and where it does not.
// Run: npm run score:contract
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { classify } from '../../dist/mailflow/bounce/classify.js';
import { meaningOf } from '../../dist/mailflow/bounce/event-word.js';
import { createTally } from './agreement.mjs';
import { causeWords } from './cause-words.mjs';
import { writeOut } from './write-out.mjs';

const MOST_SAMPLES = 24;
/** What Exchange Online puts behind a reply of its own. */
const TRAILER = '[AB1PR01MB0001.eurprd01.prod.outlook.com 2026-06-02T17:04:11.123Z 08DC000000000000]';

function readRows(file) {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line, index) => {
    const [pattern, enhanced, basic, verdictClass, side, cause] = line.split('\t');
    const words = new RegExp(pattern, 'i');
    return { line: index + 2, pattern, words, enhanced, basic, class: verdictClass, side, cause };
  });
}

function scoreCodes(rows) {
  const tally = createTally();
  for (const row of rows) {
    for (const sample of samplesOf(row)) {
      const first = rows.find((one) => fits(one, sample));
      if (first !== row) {
        tally.skip(first === undefined ? 'no row fits its own sample' : 'an earlier row takes the sample');
        continue;
      }
      judgeSample(row, sample, tally);
    }
  }
  tally.print(`status-codes.tsv, ${rows.length} rows`);
}

function judgeSample(row, sample, tally) {
  const event = row.class === 'permanent' ? 'Fail' : 'Defer';
  const record = `[{LED=${sample.text}};{MSG=};{FQDN=mx.fabrikam.example};{IP=192.0.2.10};{LRT=6/2/2026 5:04:10 PM}]`;
  const reasons = causeWords(row.cause);
  for (const [kind, verdict] of [
    ['reply', classify({ text: sample.text })],
    ['tail', classify({ text: `${sample.text} ${TRAILER}` })],
    ['trace', classify({ text: record, event })],
  ]) {
    const where = `${row.line} ${kind}: ${sample.text}`;
    tally.add(
      `${kind} class`,
      row.class === verdict.class,
      `${where} | ${row.class}, not ${verdict.class}`,
      row.line,
    );
    tally.add(
      `${kind} party`,
      isOfSide(verdict.party, row.side),
      `${where} | ${row.side}, not ${verdict.party} (${verdict.rule})`,
      row.line,
    );
    if (reasons === null) tally.skip('the cause names no reason of the glossary');
    else
      tally.add(
        `${kind} reason`,
        reasons.includes(verdict.reason),
        `${where} | ${reasons.join(' or ')}, not ${verdict.reason} (${verdict.rule})`,
        row.line,
      );
  }
}

/** Every wording of the pattern with the codes of the row. */
function samplesOf({ pattern, enhanced, basic }) {
  const words = writeOut(pattern);
  const statuses = enhanced === '' ? [''] : enhanced.split('|').flatMap(writtenStatus);
  const replies =
    basic === '' ? [''] : basic.split('|').map((code) => ({ '4xx': '450', '5xx': '550' })[code] ?? code);
  const samples = words.flatMap((said) =>
    statuses.flatMap((status) =>
      replies.map((reply) => ({
        reply,
        status,
        text: [reply, status, said].filter((part) => part !== '').join(' '),
      })),
    ),
  );
  return samples.slice(0, MOST_SAMPLES);
}

function writtenStatus(written) {
  if (written.endsWith('.x')) return [`${written.slice(0, -1)}9`];
  const [first, last] = written.split('-');
  return last === undefined ? [first] : [first, last];
}

function fits(row, { reply, status, text }) {
  if (!row.words.test(text)) return false;
  if (
    row.basic !== '' &&
    reply !== '' &&
    !row.basic.split('|').some((code) => reply.startsWith(code.replace('xx', '')))
  )
    return false;
  return row.enhanced === '' || row.enhanced.split('|').some((written) => covers(written, status));
}

function covers(written, status) {
  if (written.endsWith('.x')) return status.startsWith(written.slice(0, -1));
  const [first, last] = written.split('-');
  if (last === undefined) return status === first;
  const detail = (code) => Number(code.slice(code.lastIndexOf('.') + 1));
  const family = (code) => code.slice(0, code.lastIndexOf('.'));
  return (
    family(status) === family(first) && detail(status) >= detail(first) && detail(status) <= detail(last)
  );
}

/** The table has one word for the rules of either side. */
function isOfSide(party, side) {
  if (side === 'policy') return party.endsWith('-policy');
  return party === side || party === `${side}-policy`;
}

/** Three tables of the page: codes after expiry, whose side, words of events. */
function scoreFacts(file) {
  const tally = createTally();
  const sections = readFileSync(file, 'utf8').split(/^## /m);
  const section = (number) => sections.find((text) => text.startsWith(`${number}. `)) ?? '';
  for (const [seen, ndr] of tableOf(section(3))) {
    for (const code of ndr.match(/5\.\d\.\d+/g) ?? []) {
      const { class: verdictClass, state, rule } = classify({ text: `550 ${code}` });
      tally.add(
        'expired',
        verdictClass === 'permanent' && state === 'expired',
        `3: 550 ${code} after ${seen} | expired, not ${state} (${rule})`,
      );
      const twin = classify({ text: `450 4${code.slice(1)}` });
      if (/4\.\d\.\d/.test(seen))
        tally.add(
          'one cause',
          twin.reason === classify({ text: `550 ${code}` }).reason,
          `3: 4${code.slice(1)} and ${code} | ${twin.reason} is another cause`,
        );
    }
  }
  for (const [signal, party] of tableOf(section(7))) scoreSignal(signal, party, tally);
  for (const [list, meanings] of eventsOf(section(8)))
    for (const word of list)
      tally.add(
        'events',
        meanings.includes(meaningOf(word)),
        `8: ${word} | ${meanings.join(' or ')}, not ${meaningOf(word)}`,
      );
  tally.print('mail-flow-facts.md');
}

function tableOf(section) {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('|--'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const PARTY_WORDS = [
  [/unknown/i, ['unknown']],
  [/policy of one/i, ['recipient-policy', 'sender-policy']],
  [/destination server/i, ['network', 'connector', 'recipient']],
  [/reputation|own tenant|sending IP/i, ['sender', 'sender-policy']],
  [/connector/i, ['connector']],
  [/recipient/i, ['recipient', 'recipient-policy']],
  [/^service/i, ['service']],
];

/** Each code of the first column as a bare reply of either class that the code allows. */
function scoreSignal(signal, party, tally) {
  const parties = PARTY_WORDS.find(([words]) => words.test(party))?.[1];
  if (parties === undefined || /prod.outlook.com/.test(signal)) return;
  for (const [written] of signal.matchAll(/\b[45]\.\d\.(?:\d+xx|\dxx|x|\d+(?:[–-]\d+)?)(?:\/\d+)*/g)) {
    for (const status of codesIn(written)) {
      const text = `${status.startsWith('4') ? '450' : '550'} ${status}`;
      const verdict = classify({ text });
      tally.add(
        'party by code',
        parties.includes(verdict.party),
        `7: ${text} | ${parties.join(' or ')}, not ${verdict.party} (${verdict.rule})`,
      );
    }
  }
  for (const [, name, numbers] of signal.matchAll(/(ATTR|PRX)([\d/]+)/g)) {
    for (const number of numbers.split('/')) {
      const text = `451 4.7.0 Temporary server error. Please try again later ${name}${number}`;
      const verdict = classify({ text });
      tally.add(
        'party by code',
        parties.includes(verdict.party),
        `7: ${text} | ${parties.join(' or ')}, not ${verdict.party} (${verdict.rule})`,
      );
    }
  }
}

function codesIn(written) {
  const [base, ...more] = written.split('/');
  const stem = base.slice(0, base.lastIndexOf('.') + 1);
  const detail = base.slice(stem.length);
  const [first, last] = detail.split(/[–-]/);
  if (detail.endsWith('xx')) return [`${stem}${detail.slice(0, -2)}10`];
  if (detail === 'x') return [];
  return [...(last === undefined ? [first] : [first, last]), ...more].map((one) => stem + one);
}

/** The line that sorts the words: `deferral = …; failure = …; success = …`. */
function eventsOf(section) {
  const line = section.split('\n').find((text) => text.startsWith('Class for the tool')) ?? '';
  const wordsAfter = (name) =>
    (new RegExp(`${name} = ([^;]+)`).exec(line)?.[1] ?? '').match(/[A-Z]{4,}/g) ?? [];
  return [
    [wordsAfter('deferral'), ['deferred']],
    [wordsAfter('failure').filter((word) => word !== 'HAREDIRECTFAIL'), ['failed']],
    [wordsAfter('success'), ['delivered', 'relayed']],
    [['DROP'], ['dropped']],
    [['HAREDIRECTFAIL'], ['silent']],
  ];
}

const folder = process.env.MAILCHECK_CONTRACT_DIR ?? '';

if (folder === '') console.log('score:contract: skipped; MAILCHECK_CONTRACT_DIR names no folder');
else if (!existsSync(join(folder, 'status-codes.tsv'))) {
  console.error(`score:contract: there is no ${join(folder, 'status-codes.tsv')}`);
  process.exitCode = 65;
} else {
  const rows = readRows(join(folder, 'status-codes.tsv'));
  scoreCodes(rows);
  scoreFacts(join(folder, 'mail-flow-facts.md'));
}
