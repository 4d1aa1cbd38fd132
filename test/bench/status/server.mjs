/**
 * Everything that `status` asks, each answering after so many milliseconds, in a process of its own: Graph, the public
 * status page, the control host, Exchange, a sign-in host over TLS and a mail host. Prints its environment as JSON.
 * Run by status.mjs: node server.mjs DELAY_MS CA_FILE
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createMailServer } from 'node:net';
import { setTimeout } from 'node:timers';

import { makeLoopbackCertificate } from '../../../dist/simulator/sign-in/certificate.js';

const [delay, caFile] = process.argv.slice(2);
const DELAY_MS = Number(delay);
const MINUTE_MS = 60_000;
const minutesAgo = (minutes) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

const rows = Array.from({ length: 400 }, (_, n) => ({
  id: `5f0c3c1e-0000-4000-8000-${String(n).padStart(12, '0')}`,
  messageId: `<m${n}@contoso.example>`,
  senderAddress: `s${n % 17}@contoso.example`,
  recipientAddress: `r${n}@${['fabrikam', 'woodgrove', 'adatum'][n % 3]}.example`,
  subject: `Order ${n}`,
  receivedDateTime: `${minutesAgo(5 + (n % 200)).slice(0, 19)}Z`,
  status: ['pending', 'failed', 'delivered', 'delivered'][n % 4],
  size: 1000,
  fromIP: '192.0.2.10',
  toIP: '',
})).toSorted((a, b) => b.receivedDateTime.localeCompare(a.receivedDateTime));

const events = () => [
  { id: '1', dateTime: minutesAgo(60), event: 'Receive', description: '', data: '' },
  {
    id: '2',
    dateTime: minutesAgo(30),
    event: 'Defer',
    description: 'Reason: [{LED=451 4.3.2 Temporary server error. Please try again later ATTR2}]',
    data: '',
  },
];

const issue = (id, classification) => ({
  id,
  title: 'Mail from outside may be late',
  startDateTime: minutesAgo(120),
  endDateTime: null,
  lastModifiedDateTime: minutesAgo(20),
  classification,
  origin: 'microsoft',
  status: 'serviceDegradation',
  service: 'Exchange Online',
  feature: 'Mailflow',
  featureGroup: 'E-Mail timely delivery',
  impactDescription: 'Mail may be late.',
  isResolved: false,
  highImpact: null,
  posts: [
    {
      createdDateTime: minutesAgo(20),
      postType: 'regular',
      description: { contentType: 'html', content: 'Title: Late mail' },
    },
  ],
});

const services = Array.from({ length: 29 }, (_, n) => ({
  id: n === 0 ? 'Exchange' : `Service${n}`,
  service: n === 0 ? 'Exchange Online' : `Service ${n}`,
  status: 'serviceOperational',
}));

function bodyOf(url) {
  const asked = decodeURIComponent(url);
  if (asked.includes('getDetailsByRecipient')) return { value: events() };
  if (asked.includes('messageTraces')) {
    const status = /status eq '(\w+)'/.exec(asked)?.[1];
    return { value: status === undefined ? rows : rows.filter((row) => row.status === status) };
  }
  if (asked.includes('healthOverviews')) return { value: services };
  if (asked.includes('/issues'))
    return { value: [issue('EX1000001', 'incident'), issue('EX1000002', 'advisory')] };
  if (asked.includes('/api/posts/mac')) {
    return {
      Id: 'mac',
      AuthoredDateTime: minutesAgo(5),
      Title: 'Admin centre',
      Message: '',
      Status: 'Available',
    };
  }
  return {};
}

function answer(request, response) {
  setTimeout(() => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(bodyOf(request.url)));
  }, DELAY_MS);
}

async function listening(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${server.address().port}`;
}

const { caPem, certificatePem: cert, privateKeyPem: key } = makeLoopbackCertificate();
writeFileSync(caFile, caPem);
const web = await listening(createServer(answer));
const signIn = await listening(createSecureServer({ key, cert }, answer));
const mail = await listening(
  createMailServer((socket) => {
    socket.on('error', () => undefined);
    setTimeout(() => socket.end('220 mx.contoso.example ESMTP\r\n'), DELAY_MS);
  }),
);
const environment = {
  MAILCHECK_GRAPH_URL: `http://${web}`,
  MAILCHECK_EXCHANGE_URL: `http://${web}`,
  MAILCHECK_STATUS_URL: `http://${web}`,
  MAILCHECK_CONTROL_URL: `http://${web}`,
  MAILCHECK_MAIL_HOST: mail,
  MAILCHECK_CA_FILE: caFile,
  MAILCHECK_GRAPH_TOKEN: 'x',
  AZURE_AUTHORITY_HOST: `https://${signIn}`,
  AZURE_TENANT_ID: 'contoso.example',
};
process.stdout.write(`${JSON.stringify(environment)}\n`);
