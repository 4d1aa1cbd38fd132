import { describe, expect, test } from 'vitest';

import { parseEximReason } from '#sources/relay/exim-reason.js';
import { parseDelayReason } from '#sources/relay/postfix-reason.js';

describe('why Postfix keeps a message', () => {
  test.each([
    {
      reason: 'host mx.contoso.example[192.0.2.1] said: 451 4.3.2 try later (in reply to RCPT TO command)',
      expected: ['mx.contoso.example', '451 4.3.2 try later', 'RCPT TO'],
      why: 'the answer to a command',
    },
    {
      reason: 'host mx.contoso.example[2001:db8::1] refused to talk to me: 421 4.3.2 too many connections',
      expected: ['mx.contoso.example', '421 4.3.2 too many connections', null],
      why: 'the answer to the call itself, over the sixth version',
    },
    {
      reason: 'connect to mx.contoso.example[192.0.2.1]: server refused to talk to me: 421 busy  (port 25)',
      expected: ['mx.contoso.example', '421 busy  (port 25)', null],
      why: 'as versions before 2.3 wrote it',
    },
    {
      reason: 'host mx.contoso.example[192.0.2.1] said: 451 4.3.2 later (in reply to end of DATA command)',
      expected: ['mx.contoso.example', '451 4.3.2 later', 'end of DATA'],
      why: 'a command of three words',
    },
    {
      reason:
        'delivery temporarily suspended: host mx.contoso.example[192.0.2.1] refused to talk to me: 421 4.3.2 limit',
      expected: ['mx.contoso.example', '421 4.3.2 limit', null],
      why: 'the reason of the try before counts',
    },
    {
      reason:
        'delivery temporarily suspended: connect to mx.contoso.example[192.0.2.1]:25: Connection timed out',
      expected: [
        'mx.contoso.example',
        'connect to mx.contoso.example[192.0.2.1]:25: Connection timed out',
        null,
      ],
      why: "nobody said anything: the words are Postfix's own",
    },
    {
      reason:
        'lost connection with mx.contoso.example[192.0.2.1] while receiving the initial server greeting',
      expected: [
        'mx.contoso.example',
        'lost connection with mx.contoso.example[192.0.2.1] while receiving the initial server greeting',
        null,
      ],
      why: 'hung up on',
    },
    {
      reason: 'conversation with mx.contoso.example[192.0.2.1] timed out while sending end of data',
      expected: [
        'mx.contoso.example',
        'conversation with mx.contoso.example[192.0.2.1] timed out while sending end of data',
        null,
      ],
      why: 'no answer',
    },
    {
      reason: 'TLS is required, but was not offered by host mx.contoso.example[192.0.2.1]',
      expected: [
        'mx.contoso.example',
        'TLS is required, but was not offered by host mx.contoso.example[192.0.2.1]',
        null,
      ],
      why: 'the host stands at the end',
    },
    {
      reason: 'SASL authentication failed; server smtp.contoso.example[192.0.2.1] said: 535 5.7.3 no',
      expected: ['smtp.contoso.example', '535 5.7.3 no', null],
      why: 'a relay that has to sign in',
    },
    {
      reason: 'host 192.0.2.1[192.0.2.1] said: 451 no (in reply to MAIL FROM command)',
      expected: ['192.0.2.1', '451 no', 'MAIL FROM'],
      why: 'a host without a name is its address',
    },
    {
      reason: 'connect to [192.0.2.1]:25: Network is unreachable',
      expected: ['192.0.2.1', 'connect to [192.0.2.1]:25: Network is unreachable', null],
      why: 'an address alone, in brackets',
    },
    {
      reason: 'host relay[private/dovecot-lmtp] said: 452 4.2.2 full (in reply to RCPT TO command)',
      expected: ['relay', '452 4.2.2 full', 'RCPT TO'],
      why: 'a socket of the same machine',
    },
    {
      reason:
        'Host or domain name not found. Name service error for name=contoso.example type=MX: Host not found',
      expected: [
        null,
        'Host or domain name not found. Name service error for name=contoso.example type=MX: Host not found',
        null,
      ],
      why: 'no host was found',
    },
    {
      reason: 'mail transport unavailable',
      expected: [null, 'mail transport unavailable', null],
      why: 'no host was asked',
    },
    {
      reason:
        'host mx.contoso.example[192.0.2.1] said: 451 host evil.example[203.0.113.1] said: 250 ok (in reply to end of DATA command) (in reply to RCPT TO command)',
      expected: [
        'mx.contoso.example',
        '451 host evil.example[203.0.113.1] said: 250 ok (in reply to end of DATA command)',
        'RCPT TO',
      ],
      why: "a reply that imitates the words around it: the outermost are Postfix's",
    },
    {
      reason: 'host mx.contoso.example[192.0.2.1] said: 451 see (http://contoso.example/?a=(b))',
      expected: ['mx.contoso.example', '451 see (http://contoso.example/?a=(b))', null],
      why: 'brackets in a reply that names no command',
    },
    {
      reason: 'host mx.contoso.example[192.0.2.1] said: 451 a (in reply to b) c (in reply to ',
      expected: ['mx.contoso.example', '451 a (in reply to b) c (in reply to', null],
      why: 'a reason that is cut',
    },
    { reason: 'host ', expected: [null, 'host', null], why: 'cut behind the first word' },
    { reason: '', expected: [null, '', null], why: 'nothing' },
  ])('$why: $reason', ({ reason, expected }) => {
    const { nextHop, reply, command } = parseDelayReason(reason);
    expect([nextHop, reply, command]).toEqual(expected);
  });
});

describe('why Exim keeps or gives up a delivery', () => {
  test.each([
    {
      text: ' R=dnslookup T=remote_smtp defer (-44) H=mx.contoso.example [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<a@contoso.example>: 451 4.3.2 later',
      expected: ['mx.contoso.example', '451 4.3.2 later', false],
      why: 'the answer to a command',
    },
    {
      text: ' R=dnslookup T=remote_smtp defer (-46) H=mx.contoso.example [192.0.2.1]*: SMTP error from remote mail server after end of data: 451 4.3.2 later',
      expected: ['mx.contoso.example', '451 4.3.2 later', false],
      why: 'a command without an address, over a connection that was used before',
    },
    {
      text: ' R=r T=t defer (-45) H=mx.contoso.example [2001:db8::1]:25 I=[2001:db8::2]:4000 DT=1s: SMTP error from remote mail server after pipelined MAIL FROM:<a@contoso.example> SIZE=2048: 421 4.3.2 limit',
      expected: ['mx.contoso.example', '421 4.3.2 limit', false],
      why: 'colons in addresses, parameters behind the command',
    },
    {
      text: ' R=r T=t defer (-45): SMTP error from remote mailer after RCPT TO:<a@contoso.example>: host mx.contoso.example [192.0.2.1]: 450 later',
      expected: ['mx.contoso.example', '450 later', false],
      why: 'as versions before 4.88 wrote it',
    },
    {
      text: ' R=r T=t H=mx.contoso.example [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<"x>: 250 ok"@contoso.example>: 550 5.1.1 no',
      expected: ['mx.contoso.example', '550 5.1.1 no', false],
      why: 'an address that imitates an answer',
    },
    {
      text: ' R=r T=t defer (111): Connection refused',
      expected: [null, 'Connection refused', false],
      why: 'no host is told',
    },
    {
      text: " R=r T=t defer (-54): retry time not reached for any host for 'contoso.example'",
      expected: [null, "retry time not reached for any host for 'contoso.example'", true],
      why: 'no try was made',
    },
    {
      text: ' routing defer (-52): retry time not reached',
      expected: [null, 'retry time not reached', true],
      why: 'not even looked for a host',
    },
    {
      text: ': retry timeout exceeded',
      expected: [null, 'retry timeout exceeded', false],
      why: 'the end of all tries, without any field',
    },
    {
      text: ' R=r T=t H=[192.0.2.1]: Connection timed out DT=2m7s',
      expected: ['192.0.2.1', 'Connection timed out', false],
      why: 'a host without a name, and how long it took',
    },
    {
      text: ' R=r T=t H=mx.contoso.example [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<a@contoso.example>: 451-4.7.1 CONTOSO\\\\nobody\\n451 4.7.1 later',
      expected: ['mx.contoso.example', '451-4.7.1 CONTOSO\\nobody\n451 4.7.1 later', false],
      why: 'a line break and a backslash are written with a backslash',
    },
    {
      text: ' R=r defer (-1): wait H=evil.example [203.0.113.1]: 451 x',
      expected: [null, 'wait H=evil.example [203.0.113.1]: 451 x', false],
      why: 'a reason that imitates a field',
    },
    { text: '', expected: [null, null, false], why: 'nothing' },
  ])('$why: $text', ({ text, expected }) => {
    const { nextHop, reply, isWaiting } = parseEximReason(text);
    expect([nextHop, reply, isWaiting]).toEqual(expected);
  });
});
