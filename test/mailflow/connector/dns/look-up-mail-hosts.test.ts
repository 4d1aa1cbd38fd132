/** Mail hosts of many domains: who is asked, how long, and what is said of those for whom there was no time. */
import { describe, expect, test } from 'vitest';

import { lookUpMailHosts } from '#mailflow/connector/dns/look-up-mail-hosts.js';
import type { MailHostsAnswer } from '#mailflow/connector/dns/mail-dns.js';

const NONE: MailHostsAnswer = { kind: 'takes-no-mail', isAuthenticated: false };
const GONE: MailHostsAnswer = { kind: 'unanswered', reason: 'stopped', text: 'the signal' };

/** Time that never passes: the pause ends when somebody else ends it. */
function stillClock(): { sleep: (ms: number, signal: AbortSignal) => Promise<void> } {
  return {
    sleep: (_ms, signal) =>
      new Promise((_resolve, reject) => {
        if (signal.aborted) reject(new Error('over'));
        signal.addEventListener('abort', () => reject(new Error('over')), { once: true });
      }),
  };
}

/** Ends every pause at once. */
const HASTY = { sleep: () => Promise.resolve() };

/** Answers when it is told to stop, as a resolver that is gone. */
function silentUntil(signal: AbortSignal): Promise<MailHostsAnswer> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(GONE);
    signal.addEventListener('abort', () => resolve(GONE), { once: true });
  });
}

describe('mail hosts of some domains', () => {
  test('each is asked for once, and the wildcard of none', async () => {
    const asked: string[] = [];
    const dns = { mailHosts: (name: string) => (asked.push(name), Promise.resolve(NONE)) };
    const { signal } = new AbortController();
    const answers = await lookUpMailHosts(['a.example', '*.b.example', 'c.example'], {
      ...{ dns, signal, clock: stillClock() },
    });
    expect([...answers]).toEqual([
      ['a.example', NONE],
      ['c.example', NONE],
    ]);
    expect(asked).toEqual(['a.example', 'c.example']);
  });

  test('not more than fifty at once, and of a crowd the first five hundred', async () => {
    const open = { now: 0, most: 0 };
    const dns = {
      mailHosts: async () => {
        open.now += 1;
        open.most = Math.max(open.most, open.now);
        await Promise.resolve();
        open.now -= 1;
        return NONE;
      },
    };
    const { signal } = new AbortController();
    const names = Array.from({ length: 900 }, (_, n) => `d${n}.example`);
    const answers = await lookUpMailHosts(names, { dns, signal, clock: stillClock() });
    expect([answers.size, open.most]).toEqual([500, 50]);
  });

  test('a resolver that is gone costs the time once: the rest is not asked', async () => {
    const asked: string[] = [];
    const dns = {
      mailHosts: (name: string, signal: AbortSignal) => (asked.push(name), silentUntil(signal)),
    };
    const { signal } = new AbortController();
    const names = Array.from({ length: 120 }, (_, n) => `d${n}.example`);
    const answers = await lookUpMailHosts(names, { dns, signal, clock: HASTY });
    expect([asked.length, answers.size]).toEqual([50, 120]);
    expect(new Set([...answers.values()].map(({ kind }) => kind))).toEqual(new Set(['unanswered']));
  });

  test('whoever is stopped hears that nobody answered', async () => {
    const dns = { mailHosts: (_name: string, signal: AbortSignal) => silentUntil(signal) };
    const answers = await lookUpMailHosts(['a.example'], {
      ...{ dns, signal: AbortSignal.abort(), clock: stillClock() },
    });
    expect(answers.get('a.example')).toMatchObject({ kind: 'unanswered', reason: 'stopped' });
  });
});
