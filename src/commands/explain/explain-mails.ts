import type { Answer } from '#cli/command.js';
import type { InputMail, Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { classify } from '#mailflow/bounce/classify.js';
import { readNotice } from '#mailflow/bounce/notice/read-notice.js';
import type { Rule } from '#mailflow/bounce/rule.js';
import { decodeCharset } from '#mailflow/mime/charset.js';
import { looksLikeMail } from '#mailflow/mime/looks-like-mail.js';
import { octetsOf } from '#mailflow/mime/octets.js';

import { concluded } from './concluded.js';
import type { ExplainRow, ExplainTotals } from './explain-row.js';
import { referenceOf } from './reference-of.js';
import { createVerdictTally } from './verdict-tally.js';

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
  let firstError: string | null = null;
  for (const path of paths) {
    for await (const row of rowsOf(path, ports, { ...how, isOnly: paths.length === 1 })) {
      tally.add(row);
      if ('error' in row) firstError ??= row.error;
      yield row;
    }
  }
  const totals = tally.totals();
  return concluded(totals, firstError === null ? null : unread(firstError, totals.notRead));
}

/** What cannot be read is an answer of its own among others; alone it is the end. */
async function* rowsOf(
  path: string,
  ports: Pick<Ports, 'inputMails'>,
  { isOnly, ...how }: MailReading & { readonly isOnly: boolean },
): AsyncGenerator<ExplainRow> {
  try {
    for await (const mail of ports.inputMails(path)) yield explainMail(mail, how);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'input' || isOnly) throw error;
    yield { id: path, error: error.message };
  }
}

function explainMail({ name, bytes }: InputMail, { orText, rules }: MailReading): ExplainRow {
  if (looksLikeMail(bytes)) {
    const { verdict, ...notice } = readNotice(bytes, { rules });
    return { id: name, verdict, ...referenceOf(verdict, rules), notice };
  }
  if (!orText) return { id: name, error: `${name} is no mail: it does not begin with header lines.` };
  const text = decodeCharset(octetsOf(bytes.subarray(0, LONGEST_TEXT)), '').trim();
  const verdict = classify({ text }, rules);
  return { verdict, ...referenceOf(verdict, rules) };
}

/** A reply is short; what is beyond this many bytes is not part of one. */
const LONGEST_TEXT = 65_536;

function unread(firstError: string, count: number): Failure {
  const message = count === 1 ? firstError : `${count} inputs were not read; the first: ${firstError}`;
  return new Failure('input', message, {
    remedy: 'Save the mail with its header, as .eml or mbox, and give that file.',
  });
}
