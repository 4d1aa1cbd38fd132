/** The formats that are read, in order of precedence: of two that accept an input, the first has it. */
import { exchangeMessages } from './exchange-messages.js';
import { exchangeQueues } from './exchange-queues.js';
import { exchangeTrackingLog } from './exchange-tracking-log.js';
import { eximLog } from './exim-log.js';
import { eximQueue } from './exim-queue.js';
import { opensmtpdLog } from './opensmtpd-log.js';
import { opensmtpdQueue } from './opensmtpd-queue.js';
import { postfixJson } from './postfix-json.js';
import { postfixLog } from './postfix-log.js';
import { postfixMailq } from './postfix-mailq.js';
import type { RelayFormat } from './relay-reader.js';

export const RELAY_FORMATS: readonly RelayFormat[] = [
  postfixJson,
  postfixMailq,
  opensmtpdQueue,
  eximQueue,
  postfixLog,
  eximLog,
  opensmtpdLog,
  exchangeMessages,
  exchangeQueues,
  exchangeTrackingLog,
];
