import type { Answer, Conclusion } from '#cli/command.js';
import type { InputMail, Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { Evidence } from '#mailflow/bounce/classify.js';
import { classify } from '#mailflow/bounce/classify.js';
import { readNotice } from '#mailflow/bounce/notice/read-notice.js';
import type { Rule } from '#mailflow/bounce/rule.js';
import type { Gap } from '#mailflow/finding.js';
import { decodeCharset } from '#mailflow/mime/charset.js';
import { looksLikeMail } from '#mailflow/mime/looks-like-mail.js';
import { octetsOf } from '#mailflow/mime/octets.js';

import type { ExplainRow, ExplainTotals } from './explain.view.js';
import { createVerdictTally } from './verdict-tally.js';

// eslint-disable-next-line @typescript-eslint/require-await -- an answer is always asynchronous
export async function* explainEvidence(
  evidence: Evidence,
  rules: readonly Rule[],
): Answer<ExplainRow, ExplainTotals> {
  yield { verdict: classify(evidence, rules) };
  return concluded();
}

interface MailReading {
  readonly orText: boolean;
  readonly rules: readonly Rule[];
}

/** Judges saved mails one by one. With `orText`, what is no mail is a reply; else it is an error. */
export async function* explainMails(
  paths: readonly string[],
  ports: Pick<Ports, 'inputMails'>,
  how: MailReading,
): Answer<ExplainRow, ExplainTotals> {
  const tally = createVerdictTally();
  const gaps: Gap[] = [];
  for (const path of paths) {
    try {
      for await (const mail of ports.inputMails(path)) {
        const row = explainMail(mail, how);
        if ('verdict' in row) tally.add(row.verdict);
        else gaps.push(unreadable(row.error));
        yield row;
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'input' || paths.length === 1) throw error;
      gaps.push(unreadable(error.message));
      yield { id: path, error: error.message };
    }
  }
  const totals = tally.totals();
  if (totals.judged === 0) throw nothingJudged(gaps[0]?.what ?? 'There was no input.');
  return concluded(totals, gaps);
}

function explainMail({ name, bytes }: InputMail, { orText, rules }: MailReading): ExplainRow {
  if (looksLikeMail(bytes)) {
    const { verdict, ...notice } = readNotice(bytes, { rules });
    return { id: name, verdict, notice };
  }
  if (!orText) return { id: name, error: `${name} is no mail: it does not begin with header lines.` };
  const text = decodeCharset(octetsOf(bytes.subarray(0, LONGEST_TEXT)), '').trim();
  return { verdict: classify({ text }, rules) };
}

/** A reply is short; what is beyond this many bytes is not part of one. */
const LONGEST_TEXT = 65_536;

function unreadable(what: string): Gap {
  return {
    what,
    reason: 'unreadable',
    remedy: 'Save the mail with its header, as .eml or mbox, and give that file.',
    retryAfterSeconds: null,
  };
}

function nothingJudged(message: string): Failure {
  return new Failure('input', message, {
    remedy: 'Save the mail with its header, as .eml or mbox, and give that file.',
  });
}

const NO_TOTALS: ExplainTotals = { judged: 1, by: [] };

/** Totals stand in the answer where there is something to count. */
export function concluded(totals = NO_TOTALS, incomplete: readonly Gap[] = []): Conclusion<ExplainTotals> {
  return {
    result: totals,
    summary: totals.judged > 1 ? totals : null,
    tenant: null,
    source: null,
    window: null,
    findings: [],
    incomplete,
  };
}
