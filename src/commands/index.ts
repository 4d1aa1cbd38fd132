/** All commands. A new one is its folder and one line here; it is loaded only when it is asked for. */
import type { CommandEntry } from '#cli/arguments.js';

export const COMMANDS: readonly CommandEntry[] = [
  {
    words: ['trace'],
    summary: 'Where is the mail: deliveries, held and failed, and why',
    load: async () => (await import('./trace/trace.js')).trace,
  },
  {
    words: ['trace', 'show'],
    summary: 'The way of one message, hop by hop, with delays',
    load: async () => (await import('./trace/show.js')).traceShow,
  },
  {
    words: ['explain'],
    summary: 'What an SMTP reply, code or trace reason means',
    load: async () => (await import('./explain/explain.js')).explain,
  },
  {
    words: ['connectors'],
    summary: 'Connectors and accepted domains, and what in them endangers mail',
    load: async () => (await import('./connectors/connectors.js')).connectors,
  },
  {
    words: ['quota'],
    summary: 'Who used the request quota, and when more is free',
    load: async () => (await import('./quota/quota.js')).quota,
  },
  {
    words: ['drill'],
    summary: 'A simulated tenant as a server, to rehearse an outage',
    load: async () => (await import('./drill/drill.js')).drill,
  },
];
