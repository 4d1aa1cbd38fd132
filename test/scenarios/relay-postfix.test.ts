/**
 * Why: the queue of a relay is read as a real Postfix writes it, not as we think it does. Relay: Debian's Postfix on
 * loopback; its next hop is a scripted server that defers as Microsoft's edge did in June 2026. Requests: none.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openMailAuthority } from '#simulator/smtp/mail-certificate.js';
import { type SmtpHost, startSmtpHost } from '#simulator/smtp/smtp-host.js';
import { smtpScript } from '#simulator/smtp/smtp-script.js';

import { type PostfixRelay, type QueuedMessage, startPostfixRelay } from '../fakes/postfix-relay.js';
import { whyNoPostfix } from '../fakes/real-postfix.js';
import { type Run, runMailcheck } from './run-mailcheck.js';

const why = whyNoPostfix();
const SERVER = 'BN8NAM11FT034.eop-nam11.prod.protection.outlook.com';
const SAID = `451 4.3.2 temporary server issue [${SERVER}]`;
const COUNT = 24;

interface RelayAnswer {
  readonly data: readonly {
    readonly queueId: string;
    readonly recipient: string;
    readonly receivedAt: string;
    readonly heldBy: string;
    readonly verdict: object;
  }[];
  readonly summary: object & { readonly total: number };
  readonly outcome: { readonly level: string; readonly exitCode: number };
  readonly findings: readonly { readonly id: string }[];
  readonly incomplete: readonly unknown[];
}

function answerOf({ stdout, stderr }: Run): RelayAnswer {
  try {
    return JSON.parse(stdout) as RelayAnswer;
  } catch (cause) {
    throw new Error(`no JSON: ${stdout.slice(0, 300)} ${stderr}`, { cause });
  }
}

describe.skipIf(why !== null)(`a real Postfix${why === null ? '' : `: skipped, ${why}`}`, () => {
  const open: { nextHop: SmtpHost | null; relay: PostfixRelay | null } = { nextHop: null, relay: null };

  function relay(): PostfixRelay {
    if (open.relay === null) throw new Error('it was not started');
    return open.relay;
  }

  function isDeferred({ queue_name: name, recipients }: QueuedMessage): boolean {
    return name === 'deferred' && recipients.every(({ delay_reason: reason }) => reason !== undefined);
  }

  beforeAll(async () => {
    const script = smtpScript({ name: 'mx.example', tls: 'absent', rcpt: SAID });
    open.nextHop = await startSmtpHost(script, openMailAuthority());
    open.relay = await startPostfixRelay('contoso.example', open.nextHop.port);
    await open.relay.send(COUNT);
    await open.relay.queueWhen((queue) => queue.length === COUNT && queue.every(isDeferred));
  }, 60_000);

  afterAll(async () => {
    await open.relay?.close();
    await open.nextHop?.close();
  });

  async function asked(
    ...args: readonly string[]
  ): Promise<RelayAnswer & { readonly exitCode: number | null }> {
    const run = await runMailcheck([
      'relay',
      '--run',
      `postqueue -c '${relay().folder}' -j`,
      '--format',
      'json',
      ...args,
    ]);
    return { ...answerOf(run), exitCode: run.exitCode };
  }

  test('its queue is read, and judged as put off by Microsoft', async () => {
    const { data, summary, exitCode, incomplete } = await asked();
    expect(data).toHaveLength(COUNT);
    for (const { verdict, heldBy } of data) {
      expect(heldBy).toBe('microsoft');
      expect(verdict).toMatchObject({ class: 'transient', party: 'service', reason: 'service-error' });
      expect(verdict).toMatchObject({ replyCode: 451, enhancedStatus: '4.3.2', text: SAID });
    }
    expect(summary).toMatchObject({
      total: COUNT,
      atMicrosoft: { held: COUNT, replies: [{ reply: '451 4.3.2', count: COUNT }] },
      formats: ['postfix-json'],
    });
    // Nothing of it is old yet.
    expect([exitCode, incomplete]).toEqual([0, []]);
  });

  test('each message has the age that Postfix gives it', async () => {
    const [{ data }, queue] = [await asked(), await relay().queue()];
    const arrivals = new Map(
      queue.map((message) => [message.queue_id, new Date(message.arrival_time * 1000).toISOString()]),
    );
    expect(arrivals.size).toBe(COUNT);
    expect(new Map(data.map(({ queueId, receivedAt }) => [queueId, receivedAt]))).toEqual(arrivals);
  });

  test.each([
    [
      'a warning',
      '{"version": 1, "checks": {"held-mail": {"warningMinutes": 0.0001, "warningHeld": 24, "criticalHeld": 25}}}',
      1,
    ],
    [
      'critical',
      '{"version": 1, "checks": {"held-mail": {"criticalMinutes": 0.0001, "criticalHeld": 24}}}',
      2,
    ],
  ])('by a policy of its owner it is %s', async (level, policy, exitCode) => {
    const file = join(relay().folder, 'policy.json');
    await writeFile(file, policy);
    const answer = await asked('--policy', file);
    expect(answer).toMatchObject({ exitCode, findings: [{ id: 'microsoft-defers-relay-mail' }] });
    expect(level).toContain(answer.outcome.level);
  });

  test('the other ways of Postfix to tell of it agree', async () => {
    const { folder, logFile } = relay();
    const summaries = await Promise.all(
      [
        ['--run', `mailq -C ${folder}`],
        ['--file', logFile],
      ].map(async (args) => {
        const run = await runMailcheck(['relay', ...args, '--format', 'json']);
        const { summary, data } = answerOf(run);
        return {
          summary,
          heldBy: new Set(data.map(({ heldBy }) => heldBy)),
          recipients: new Set(data.map(({ recipient }) => recipient)),
        };
      }),
    );
    for (const { summary, heldBy, recipients } of summaries) {
      expect(summary).toMatchObject({ total: COUNT, atMicrosoft: { held: COUNT } });
      expect([[...heldBy], recipients.size]).toEqual([['microsoft'], COUNT]);
    }
  });

  test('what is put on hold waits by intent', async () => {
    const [first] = await relay().queue();
    const queueId = first?.queue_id ?? '';
    await relay().hold(queueId);
    try {
      const { summary } = await asked();
      expect(summary).toMatchObject({ total: COUNT, heldBy: { microsoft: COUNT - 1, intent: 1 } });
    } finally {
      await relay().release(queueId);
      await relay().queueWhen((queue) => queue.length === COUNT && queue.every(isDeferred));
    }
  });
});
