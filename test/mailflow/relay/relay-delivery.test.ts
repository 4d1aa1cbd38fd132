/** What a delivery is made of, and who is said to hold it up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HELD_BY } from '#mailflow/relay/hold-reason.js';
import { isMicrosoftHost, MICROSOFT_HOSTS, namesMicrosoftHost } from '#mailflow/relay/microsoft-hosts.js';
import { toRelayDelivery } from '#mailflow/relay/relay-delivery.js';
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import { RELAY_STATES } from '#mailflow/relay/relay-mail.js';

import {
  FOREST,
  GREYLISTED,
  mail,
  MAILBOX_FULL,
  minutesAgo,
  MX,
  NOW,
  TEMPORARY,
  TIMED_OUT,
} from './mails.js';

const TERMS = { ownDomains: null, queueLifetimeSeconds: null, asOf: () => NOW };
const LOCAL = 'host 127.0.0.1[127.0.0.1] said: 451 4.3.2 temporary server issue';

describe('who holds it', () => {
  test.each<[string, Partial<RelayMail>, object]>([
    ['its server says so', { reply: FOREST }, { heldBy: 'microsoft', toMicrosoft: true }],
    [
      'the next hop is not named in the reply',
      { reply: '451 4.3.2 temporary server issue' },
      { heldBy: 'microsoft' },
    ],
    [
      'only the reply names Microsoft',
      { nextHop: '127.0.0.1', reply: TEMPORARY },
      { heldBy: 'microsoft', toMicrosoft: true, verdict: { party: 'service', class: 'transient' } },
    ],
    [
      'nothing names Microsoft',
      { nextHop: '127.0.0.1', reply: LOCAL },
      { heldBy: 'other-server', toMicrosoft: false, verdict: { party: 'recipient' } },
    ],
    [
      'the relay no longer tries what Microsoft turned away before',
      { reply: `delivery temporarily suspended: ${FOREST}` },
      { heldBy: 'microsoft', verdict: { replyCode: 421, party: 'service' } },
    ],
    [
      'the relay pauses and does not say why',
      { reply: 'delivery temporarily suspended' },
      { heldBy: 'relay' },
    ],
    ['nobody answers', { reply: TIMED_OUT }, { heldBy: 'network', toMicrosoft: true }],
    [
      'names are not found',
      {
        nextHop: null,
        reply:
          'Host or domain name not found. Name service error for name=fabrikam.example type=MX: Host not found, try again',
      },
      { heldBy: 'network', toMicrosoft: false },
    ],
    [
      'TLS is asked for',
      { reply: `4.7.5 TLS is required, but was not offered by host ${MX}[203.0.113.41]` },
      { heldBy: 'network' },
    ],
    ['a greylist', { nextHop: 'mx.fabrikam.example', reply: GREYLISTED }, { heldBy: 'intent' }],
    [
      'a full mailbox is still a reply of Microsoft',
      { reply: MAILBOX_FULL },
      { heldBy: 'microsoft', verdict: { reason: 'mailbox-full' } },
    ],
    [
      'its transport is broken',
      { reply: 'mail transport unavailable' },
      { heldBy: 'relay', verdict: { party: 'connector' } },
    ],
    [
      'on hold',
      { state: 'on-hold', reply: null },
      { heldBy: 'intent', verdict: { class: 'transient', reason: 'policy' } },
    ],
    [
      'frozen with a reply: a person has to let it go',
      { state: 'on-hold', reply: FOREST },
      { heldBy: 'intent' },
    ],
    ['not tried yet', { state: 'active', reply: null }, { heldBy: 'untold', verdict: null }],
    ['a listing without reasons', { nextHop: null, reply: null }, { heldBy: 'untold', toMicrosoft: false }],
    [
      'delivered',
      { state: 'delivered', reply: '250 2.0.0 Ok' },
      { held: false, heldBy: null, verdict: null, state: 'delivered' },
    ],
    [
      'bounced',
      {
        state: 'bounced',
        reply: `host ${MX}[203.0.113.41] said: 550 5.4.1 Recipient address rejected: Access denied.`,
      },
      { held: false, heldBy: null, state: 'bounced', verdict: { class: 'permanent', state: 'bounced' } },
    ],
    [
      'given up',
      { state: 'expired', reply: FOREST },
      { held: false, state: 'bounced', status: 'expired', verdict: { class: 'permanent', state: 'expired' } },
    ],
    [
      'a 5.x that the relay keeps all the same',
      { reply: '550 5.7.1 no' },
      { held: true, verdict: { class: 'transient', mismatch: true } },
    ],
  ])('%s', (_why, given, expected) => {
    expect(toRelayDelivery(mail(given), TERMS)).toMatchObject(expected);
  });

  test('mail for our own domains is for our tenant, whatever the way', () => {
    const terms = { ...TERMS, ownDomains: new Set(['contoso.example']) };
    const delivery = toRelayDelivery(mail({ nextHop: null, reply: null }), terms);
    expect(delivery).toMatchObject({ toMicrosoft: true, direction: 'inbound', directionBasis: 'profile' });
  });
});

describe('times', () => {
  test.each<[string, Partial<RelayMail>, number | null, object]>([
    [
      'the lifetime counts from the arrival',
      {},
      432_000,
      { expiresAt: new Date('2026-06-07T16:00:00Z'), expiresAtBasis: 'relay-setting' },
    ],
    ['nobody said how long it is', {}, null, { expiresAt: null, expiresAtBasis: null }],
    [
      'what the relay tells of one message goes before what is said of all',
      { expiresAt: new Date('2026-06-04T16:00:00Z') },
      432_000,
      { expiresAt: new Date('2026-06-04T16:00:00Z'), expiresAtBasis: 'relay-setting' },
    ],
    [
      'the relay tells it, and still the clock of mail on hold stands',
      { state: 'on-hold', expiresAt: new Date('2026-06-04T16:00:00Z') },
      null,
      { expiresAt: null, expiresAtBasis: null },
    ],
    ['on hold the clock stands still', { state: 'on-hold' }, 432_000, { expiresAt: null }],
    ['what has left does not expire', { state: 'bounced' }, 432_000, { expiresAt: null }],
    [
      'an arrival that nobody saw',
      { arrivedAt: null, lastAttemptAt: minutesAgo(3) },
      432_000,
      { receivedAt: minutesAgo(3), arrivalSeen: false, expiresAt: null },
    ],
    ['no time at all', { arrivedAt: null }, null, { receivedAt: NOW, arrivalSeen: false }],
  ])('%s', (_why, given, queueLifetimeSeconds, expected) => {
    expect(toRelayDelivery(mail(given), { ...TERMS, queueLifetimeSeconds })).toMatchObject(expected);
  });
});

describe('hosts of Microsoft', () => {
  test.each([
    [MX, true],
    ['CONTOSO-EXAMPLE.MAIL.PROTECTION.OUTLOOK.COM.', true],
    ['contoso-example.c-v1.mx.microsoft', true],
    ['smtp.office365.com', true],
    ['mail.protection.outlook.com.evil.example', false],
    ['xmail.protection.outlook.com', false],
    ['outlook-com.olc.protection.outlook.com', false],
    ['mx.fabrikam.example', false],
    ['', false],
  ])('%s: %s', (host, expected) => {
    expect(isMicrosoftHost(host)).toBe(expected);
    expect(namesMicrosoftHost(`451 4.3.2 later [${host} 2026]`)).toBe(expected);
  });

  test('each is below one that is listed', () => {
    for (const { below } of MICROSOFT_HOSTS) expect(namesMicrosoftHost(`said ${below}: no`)).toBe(true);
  });
});

test.each([
  [`[${MX}]:25`, true],
  [`smtp:[${MX}]`, true],
  [`${MX}[203.0.113.41]:25`, true],
  ['[127.0.0.1]:2525', false],
  ['smtp:', false],
])('a next hop written as %s', (nextHop, toMicrosoft) => {
  expect(toRelayDelivery(mail({ nextHop, reply: null }), TERMS)).toMatchObject({ toMicrosoft });
});

test('whatever a relay writes, it becomes a delivery, and what is held has somebody who holds it', () => {
  const text = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(FOREST, '421 ', 'delivery temporarily suspended: '),
    ),
  );
  const any = fc.record({
    ...{ queueId: fc.string(), messageId: text, sender: text, recipient: fc.string(), subject: text },
    sizeBytes: fc.option(fc.nat()),
    arrivedAt: fc.option(fc.date({ noInvalidDate: true })),
    lastAttemptAt: fc.option(fc.date({ noInvalidDate: true })),
    ...{ nextHop: text, state: fc.constantFrom(...RELAY_STATES), reply: text },
  });
  fc.assert(
    fc.property(any, (given) => {
      const { held, heldBy, verdict } = toRelayDelivery(given, TERMS);
      expect(heldBy === null).toBe(!held);
      if (heldBy !== null) expect(HELD_BY).toContain(heldBy);
      if (held && verdict !== null) expect(verdict.class).toBe('transient');
    }),
  );
});
