/** All commands. A new one is its folder and one line here; it is loaded only when it is asked for. */
import type { CommandEntry } from '#cli/arguments.js';

export const COMMANDS: readonly CommandEntry[] = [
  {
    words: ['status'],
    summary: 'The whole question on one screen: does mail flow, what is stuck, why, what to do',
    load: async () => (await import('./status/status.js')).status,
  },
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
    words: ['queue'],
    summary: 'What is still held: how old, where to, why, and when it expires',
    load: async () => (await import('./queue/queue.js')).queue,
  },
  {
    words: ['relay'],
    summary: 'What waits at your own relay: how much Microsoft defers, how old it is, and why',
    load: async () => (await import('./relay/relay.js')).relay,
  },
  {
    words: ['explain'],
    summary: 'What an SMTP reply, code or trace reason means',
    load: async () => (await import('./explain/explain.js')).explain,
  },
  {
    words: ['health'],
    summary: 'What Microsoft says is wrong: services and open issues',
    load: async () => (await import('./health/health.js')).health,
  },
  {
    words: ['health', 'show'],
    summary: 'One issue: its posts as a timeline, the next update',
    load: async () => (await import('./health/show.js')).healthShow,
  },
  {
    words: ['health', 'messages'],
    summary: 'The message centre, posts about mail first',
    load: async () => (await import('./health/messages.js')).healthMessages,
  },
  {
    words: ['connectors'],
    summary: 'Connectors and accepted domains, and what in them endangers mail',
    load: async () => (await import('./connectors/connectors.js')).connectors,
  },
  {
    words: ['connectors', 'probe'],
    summary: 'Every path of mail up to its hosts: DNS, connection, TLS, fail-over; sends no mail',
    load: async () => (await import('./connectors/probe.js')).connectorsProbe,
  },
  {
    words: ['check'],
    summary: 'Named checks by a policy, for cron, CI and monitoring',
    load: async () => (await import('./check/check.js')).check,
  },
  {
    words: ['check', 'init'],
    summary: 'A policy for it with all defaults, as a file to change',
    load: async () => (await import('./check/init.js')).checkInit,
  },
  {
    words: ['quota'],
    summary: 'Who used the request quota, and when more is free',
    load: async () => (await import('./quota/quota.js')).quota,
  },
  {
    words: ['login'],
    summary: 'Sign in, and write down tenant, app and way of signing in as a profile',
    load: async () => (await import('./sign-in/login.js')).loginCommand,
  },
  {
    words: ['logout'],
    summary: 'Remove what is kept of a sign-in from this machine',
    load: async () => (await import('./sign-in/logout.js')).logoutCommand,
  },
  {
    words: ['doctor'],
    summary: 'What stops the first answer, nearest cause first, each with its cure',
    load: async () => (await import('./doctor/doctor.js')).doctor,
  },
  {
    words: ['drill'],
    summary: 'A simulated tenant as a server, to rehearse an outage',
    load: async () => (await import('./drill/drill.js')).drill,
  },
  {
    words: ['completion'],
    summary: 'What makes bash, zsh, fish or PowerShell complete the words of mailcheck',
    load: async () => (await import('./completion/completion.js')).completion,
  },
];
