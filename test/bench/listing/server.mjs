/**
 * A Graph of half a million rows on loopback, in a process of its own: pages of 5,000 rows as message trace sends them,
 * gzip, each linked to the next. Pages are made before the first request, so that serving them costs nearly nothing.
 * Prints its origin when it is ready; ends with its parent.
 */
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const [pages, rows, from, to] = process.argv.slice(2).map(Number);
const LIST = '/v1.0/admin/exchange/tracing/messageTraces';
const STATUSES = ['failed', 'pending', 'filteredAsSpam', 'quarantined', 'expanded'];
const DOMAINS = ['fabrikam.example', 'mail.adatum.example', 'northwind.example', 'tailspin.example'];
const SUBJECTS = [
  'Invoice',
  'Re: Minutes of the meeting',
  'Fwd: Auftragsbestätigung',
  'Your order has shipped',
];

function rowAt(index) {
  const message = Math.floor(index / 3);
  const hex = message.toString(16).padStart(8, '0');
  const sender = `${['ann', 'ben', 'cy', 'dora'][message % 4]}.${message % 977}@${DOMAINS[(message * 7) % 4]}`;
  return {
    id: `${hex}-5f0c-4e11-${(message % 0xffff).toString(16).padStart(4, '0')}-08dc7a3b${hex.slice(4)}`,
    senderAddress: sender,
    recipientAddress: `user${index % 20_011}.${index % 7}@contoso.example`,
    messageId: `<${hex}.${(message * 2_654_435_761).toString(36)}@${DOMAINS[message % 4]}>`,
    receivedDateTime: new Date(to - ((to - from) * index) / (pages * rows))
      .toISOString()
      .replace(/\.\d+Z/u, 'Z'),
    subject: `${SUBJECTS[message % 4]} ${message}`,
    status: index % 50 === 0 ? STATUSES[(index / 50) % STATUSES.length] : 'delivered',
    size: 4000 + ((index * 7919) % 90_000),
    fromIP: `203.0.113.${message % 256}`,
    toIP: '',
  };
}

const bodies = Array.from({ length: pages }, (_, page) => ({
  value: Array.from({ length: rows }, (_, row) => rowAt(page * rows + row)),
}));
const answers = [];
const server = createServer((request, response) => {
  const page = Number(/skiptoken=(\d+)/u.exec(request.url)?.[1] ?? 0);
  response.writeHead(200, {
    'content-type': 'application/json; odata.metadata=minimal',
    'content-encoding': 'gzip',
    'content-length': answers[page].length,
    'request-id': `bench-${page}`,
  });
  response.end(answers[page]);
});
server.listen(0, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  let bytes = 0;
  for (const [page, body] of bodies.entries()) {
    const isLast = page === pages - 1;
    const link = isLast ? {} : { '@odata.nextLink': `${origin}${LIST}?$top=${rows}&$skiptoken=${page + 1}` };
    const text = JSON.stringify({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata',
      ...link,
      ...body,
    });
    bytes += text.length;
    answers.push(gzipSync(text));
    bodies[page] = null;
  }
  process.stdout.write(`${JSON.stringify({ origin, bytes })}\n`);
});
process.stdin.on('end', () => {
  server.close();
  server.closeAllConnections();
});
process.stdin.resume();
