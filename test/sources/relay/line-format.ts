/** Two small formats of our own, a queue and a log, so that what is tested is not how a format is read. */
import type { RelayMail, RelayState } from '#mailflow/relay/relay-mail.js';
import type { RelayContext, RelayFormat, RelayReader } from '#sources/relay/relay-reader.js';

/** `QUEUE` or `LOG`, then lines as `2026-06-02T17:00:00Z 4kX deferred ann@contoso.example`; of a log the last state of each counts. */
function lineFormat(name: string, title: string, first: string): RelayFormat {
  return {
    name,
    title,
    accepts: (beginning) => beginning.startsWith(first),
    open: (context) => openReader(name, context),
  };
}

export const QUEUE = lineFormat('test-queue', 'a queue of ours', 'QUEUE');
export const LOG = lineFormat('test-log', 'a log of ours', 'LOG');

const STATES: readonly RelayState[] = ['active', 'deferred', 'on-hold', 'delivered', 'bounced', 'expired'];

function openReader(name: string, context: RelayContext): RelayReader {
  const state = { open: '', records: 0, newestMs: -Infinity };
  const broken: string[] = [];
  const last = new Map<string, RelayMail>();
  const order: string[] = [];

  function line(text: string): readonly RelayMail[] {
    if (text === '' || text === 'QUEUE' || text === 'LOG') return [];
    state.records += 1;
    const [time = '', queueId = '', word = '', recipient = '', ...reply] = text.split(' ');
    const at = new Date(time);
    const found = STATES.find((candidate) => candidate === word);
    if (found === undefined || Number.isNaN(at.getTime())) {
      broken.push(`line ${state.records}: a state`);
      return [];
    }
    state.newestMs = Math.max(state.newestMs, at.getTime());
    const mail = mailOf({ queueId, recipient, state: found, at, reply: reply.join(' ') });
    if (name === 'test-queue') return [mail];
    last.set(queueId, mail);
    order.push(`${queueId} ${found}`);
    return [];
  }

  return {
    text: (piece) => {
      const lines = (state.open + piece).split('\n');
      state.open = lines.pop() ?? '';
      return lines.flatMap(line);
    },
    end: () => [...line(state.open), ...last.values()],
    report: () => ({
      records: state.records,
      broken: broken.length,
      firstBroken: broken.slice(0, 3),
      notes: name === 'test-log' ? [`zone ${String(context.timeZone)}`, order.join(', ')] : [],
      newestAt: state.newestMs === -Infinity ? null : new Date(state.newestMs),
    }),
  };
}

function mailOf({
  queueId,
  recipient,
  state,
  at,
  reply,
}: Pick<RelayMail, 'queueId' | 'recipient' | 'state'> & {
  readonly at: Date;
  readonly reply: string;
}): RelayMail {
  return {
    ...{ queueId, recipient, state, messageId: null, sender: 'ben@fabrikam.example', subject: null },
    ...{ sizeBytes: null, arrivedAt: at, lastAttemptAt: null, nextHop: null },
    reply: reply === '' ? null : reply,
  };
}
