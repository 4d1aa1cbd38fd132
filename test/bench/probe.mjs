// What probing 500 mail servers costs, 50 at once, from the words to the answer: `npm run bench:probe [targets]`.
// Every target has an address of its own within 127.0.0.0/8, which Linux has and other systems have not by themselves.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval, setTimeout } from 'node:timers';
import { createSecureContext, TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';

import { openMailAuthority } from '#simulator/smtp/mail-certificate.js';

const TARGETS = Number(process.argv[2] ?? 500);
const BIN = fileURLToPath(new URL('../../bin/mailcheck.js', import.meta.url));
const SECONDS = 20;
const MEBIBYTES = 150;
/** A server some way off: it thinks before each reply. */
const THINKS_MS = 40;

const { certificatePem, privateKeyPem } = openMailAuthority().issue('mail.fabrikam.example', 'good');
const secureContext = createSecureContext({ cert: certificatePem, key: privateKeyPem });
const seen = { open: 0, most: 0, connections: 0 };

function serve(socket, isSecured) {
  const say = (text) => setTimeout(() => socket.destroyed || socket.write(`${text}\r\n`), THINKS_MS);
  if (!isSecured) say('220 mail.fabrikam.example ESMTP');
  socket.on('error', () => undefined);
  socket.on('data', function hear(bytes) {
    const verb = bytes.toString('latin1').split(/[ \r]/, 1)[0];
    if (verb === 'EHLO') say(`250-mail.fabrikam.example\r\n250 ${isSecured ? 'SIZE 1000000' : 'STARTTLS'}`);
    if (verb === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
    if (verb !== 'STARTTLS') return;
    socket.off('data', hear);
    socket.pause();
    socket.write('220 2.0.0 Ready\r\n');
    serve(new TLSSocket(socket, { isServer: true, secureContext }), true);
  });
}

const mail = createServer((socket) => {
  seen.connections += 1;
  seen.open += 1;
  seen.most = Math.max(seen.most, seen.open);
  socket.on('close', () => (seen.open -= 1));
  serve(socket, false);
});
await new Promise((resolve) => mail.listen(0, '0.0.0.0', resolve));
const web = createHttpServer((_request, response) => response.writeHead(204).end());
await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));

const { port } = mail.address();
const hosts = Array.from({ length: TARGETS }, (_, n) => `127.1.${n >> 8}.${n & 255}:${port}`);
const args = [
  ...['connectors', 'probe', '--allow-private', '--allow-port', String(port), '--format', 'json'],
  ...hosts.flatMap((host) => ['--host', host]),
];
const env = {
  PATH: process.env.PATH,
  MAILCHECK_CONTROL_URL: `http://127.0.0.1:${web.address().port}`,
  MAILCHECK_CONTROL_MAIL_HOST: `127.0.0.1:${port}`,
};
const started = performance.now();
const child = spawn(process.execPath, [BIN, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
let peakKib = 0;
const look = setInterval(() => {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  } catch {
    // It has ended.
  }
}, 20);
let text = '';
child.stdout.on('data', (chunk) => (text += chunk));
const code = await new Promise((resolve) => child.once('close', resolve));
clearInterval(look);
const seconds = (performance.now() - started) / 1000;
const { summary } = JSON.parse(text);
mail.close();
web.close();
console.log(`${summary.paths} paths, exit ${code}, ${JSON.stringify(summary.byStatus)}`);
console.log(`${seen.connections} connections, at most ${seen.most} at once`);
console.log(
  `${seconds.toFixed(1)} s (at most ${SECONDS}), ${Math.round(peakKib / 1024)} MiB (at most ${MEBIBYTES})`,
);
if (seconds > SECONDS || peakKib / 1024 > MEBIBYTES || seen.most > 51) process.exitCode = 1;
