/** What stands around a tenant and needs no sign-in: the public status page, a host that takes mail, and one that has to do with neither. */
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';

import type { PageNotice } from '../announcement/announcement.js';
import type { Answer } from '../answer.js';
import { send, withHeaders } from '../answer.js';
import type { ScriptedFault } from '../faults.js';
import { faultCounter, plainFault, transmissionOf } from '../faults.js';
import { closed, listening, targetOf } from '../loopback.js';
import type { Quirks } from '../quirks.js';
import type { RequestLog } from '../request-log.js';
import { readablePath } from '../request-log.js';
import type { EdgeRefusal } from './edge.js';
import { mailHost } from './mail-host.js';
import { statusPageAnswer } from './status-page.js';

interface OutskirtsOptions {
  readonly clock: () => Date;
  readonly quirks: Quirks;
  readonly log: RequestLog | null;
  readonly notices: readonly PageNotice[];
  readonly refusals: readonly EdgeRefusal[];
  readonly statusPageFaults: readonly ScriptedFault[];
  readonly controlFaults: readonly ScriptedFault[];
  readonly delayMs: number;
}

interface Outskirt {
  /** As `127.0.0.1:4711`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

export interface Outskirts {
  readonly statusPage: Outskirt;
  readonly control: Outskirt;
  readonly mail: Outskirt;
}

export async function startOutskirts(options: OutskirtsOptions): Promise<Outskirts> {
  const { notices, quirks, refusals, clock } = options;
  const host = mailHost({
    refusals,
    clock,
    manner: quirks.mailHost,
    idleSeconds: quirks.mailIdleSeconds,
    onGreeting: (greeting) => logGreeting(options, greeting),
  });
  return {
    statusPage: await httpOutskirt('status-page', options.statusPageFaults, options, (path, now) =>
      statusPageAnswer({ path, now }, { notices, quirks }),
    ),
    control: await httpOutskirt('control', options.controlFaults, options, () => NO_CONTENT),
    mail: { address: await listening(host.server), close: host.close },
  };
}

const NO_CONTENT: Answer = { status: 204, headers: {}, body: '', note: '' };

async function httpOutskirt(
  name: 'status-page' | 'control',
  faults: readonly ScriptedFault[],
  options: OutskirtsOptions,
  answerAt: (path: string, now: Date) => Answer,
): Promise<Outskirt> {
  const nextFault = faultCounter(faults);
  const listener: RequestListener = (request, response) => {
    const now = options.clock();
    const target = targetOf(request);
    const [path = ''] = target.split('?');
    const fault = nextFault();
    const answer = plainFault(fault) ?? answerAt(path, now);
    const { method = '' } = request;
    options.log?.({
      at: now,
      server: name,
      method,
      path: readablePath(target),
      status: answer.status,
      note: answer.note,
    });
    const dated = withHeaders(answer, { date: now.toUTCString() });
    send(request, response, dated, {
      gzip: options.quirks.gzip && answer.body !== '',
      transmission: transmissionOf(fault),
      delayMs: options.delayMs,
    });
  };
  const server = createServer(listener);
  return { address: await listening(server), close: () => closed(server) };
}

/** The log tells of a greeting as of a request: the reply code stands where HTTP has its status. */
function logGreeting({ log, clock }: OutskirtsOptions, greeting: string): void {
  log?.({
    at: clock(),
    server: 'mail',
    method: 'SMTP',
    path: '',
    status: Number(greeting.slice(0, 3)),
    note: greeting,
  });
}
