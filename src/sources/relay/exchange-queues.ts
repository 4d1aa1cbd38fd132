/** Queues of Exchange Server: `Get-Queue`, as CSV or as JSON. It tells how many messages wait and why, and names none of them. */
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import { copyText } from '#sources/rows/copied-text.js';
import type { Row } from '#sources/rows/csv-rows.js';

import { ExchangeDates } from './exchange-dates.js';
import { destinationOf, isPoison, isShadow, queueIdentityIn } from './exchange-identity.js';
import { looksLikeJson, openInput } from './exchange-input.js';
import { openJson } from './exchange-json.js';
import { ExchangeReport, type RecordProblem } from './exchange-report.js';
import { beginsTable, openTable } from './exchange-table.js';
import { keepUndecided } from './exchange-undecided.js';
import { countIn, type FieldOf, keptIn, squashedName, textIn } from './exchange-values.js';
import { notesOf } from './relay-notes.js';
import type { RelayContext, RelayFormat, RelayReader } from './relay-reader.js';

export const exchangeQueues: RelayFormat = {
  name: 'exchange-queues',
  title: 'the queues of `Get-Queue` as CSV or JSON',
  accepts: (beginning) =>
    looksLikeJson(beginning) ? beginsJson(beginning) : beginsTable(beginning, columnsOf),
  open: openQueues,
};

const MAX_REPLY_LENGTH = 16_384;
/** A server has some hundreds; beyond this they are counted as broken. */
const MOST_QUEUES = 50_000;

interface Told {
  readonly identity: string;
  readonly nextHop: string | null;
  readonly waiting: number;
  readonly status: string;
  readonly lastError: string | null;
  readonly lastRetry: string;
}

function openQueues(context: RelayContext): RelayReader {
  const report = new ExchangeReport();
  const dates = new ExchangeDates(context);
  const queues: RelayQueueCount[] = [];
  let shadows = 0;
  const records = keepUndecided<Told>(dates, (told) => {
    const lastAttemptAt = dates.known(told.lastRetry);
    if (lastAttemptAt === null && told.lastRetry !== '')
      report.countBroken('its date cannot be read', () => null);
    else report.sawTime(lastAttemptAt?.getTime() ?? Number.NaN);
    queues.push(countOf(told, lastAttemptAt));
  });
  let kept = 0;
  const readRecord = (field: FieldOf): RecordProblem => {
    const waiting = countIn(field('messagecount'));
    if (waiting === null) return 'its MessageCount is no number';
    const told = toldBy(field, waiting);
    if (told.identity === '' && told.nextHop === null) return 'it names no queue';
    if (isShadow(told.identity) || isShadowType(field)) shadows += waiting;
    else if (kept >= MOST_QUEUES) return `it is one of more than ${MOST_QUEUES} queues`;
    else {
      kept += 1;
      records.take(told, told.lastRetry);
    }
    return null;
  };
  const readRow = (row: Row, columns: Columns): RecordProblem =>
    readRecord((name) => row[columns.get(name) ?? -1]);
  const input = openInput((beginning) =>
    looksLikeJson(beginning)
      ? openJson(readRecord, report)
      : openTable({ recognise: columnsOf, readRow, expected: EXPECTED }, report),
  );
  return {
    text: (piece) => {
      input.text(piece);
      return [];
    },
    end: () => {
      input.end();
      records.end();
      return [];
    },
    report: () =>
      report.describe([
        ...dates.notes(),
        ...notesOf([
          [
            shadows,
            `Messages of shadow queues, left out because they are copies of what another server holds: ${shadows}.`,
          ],
        ]),
      ]),
    queues: () => queues,
  };
}

type Columns = ReadonlyMap<string, number>;

const EXPECTED = 'the columns Identity, Status and MessageCount';

function columnsOf(names: readonly string[], isFieldsLine: boolean): Columns | null {
  if (isFieldsLine) return null;
  const columns = new Map(names.map((name, place) => [squashedName(name), place]));
  const has = (name: string): boolean => columns.has(name);
  const namesQueue = has('identity') || has('queueidentity') || has('nexthopdomain');
  const isQueue = has('nexthopdomain') || has('deliverytype') || has('status');
  return has('messagecount') && namesQueue && isQueue ? columns : null;
}

function beginsJson(beginning: string): boolean {
  const has = (name: string): boolean => new RegExp(`"${name}"\\s*:`).test(beginning);
  const names = ['NextHopDomain', 'DeliveryType', 'Identity', 'QueueIdentity', 'Status'].filter(has);
  return has('MessageCount') && names.length >= 2;
}

function toldBy(field: FieldOf, waiting: number): Told {
  const identity = queueIdentityIn(field('identity')) || queueIdentityIn(field('queueidentity'));
  return {
    identity,
    nextHop: keptIn(textIn(field('nexthopdomain')).trim()) ?? destinationOf(identity),
    waiting,
    status: copyText(textIn(field('status')).trim()),
    lastError: keptIn(textIn(field('lasterror')).trim().slice(0, MAX_REPLY_LENGTH)),
    lastRetry: copyText(textIn(field('lastretrytime')).trim()),
  };
}

function isShadowType(field: FieldOf): boolean {
  return textIn(field('deliverytype')).toLowerCase() === 'shadowredundancy';
}

function countOf(told: Told, lastAttemptAt: Date | null): RelayQueueCount {
  return {
    queueId: told.identity === '' ? (told.nextHop ?? '') : told.identity,
    nextHop: told.nextHop,
    waiting: told.waiting,
    state: stateOf(told),
    reply: told.lastError,
    lastAttemptAt,
  };
}

/** A queue that is connecting, active or ready sends, whatever its last error was. */
function stateOf(told: Told): RelayQueueCount['state'] {
  if (isPoison(told.identity)) return 'on-hold';
  switch (told.status.toLowerCase()) {
    case 'suspended':
      return 'on-hold';
    case 'retry':
      return 'deferred';
    case 'active':
    case 'connecting':
    case 'ready':
      return 'active';
    default:
      return told.lastError === null ? 'active' : 'deferred';
  }
}
