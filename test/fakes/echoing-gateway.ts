/**
 * A gateway on the way to everything, which refuses whatever is asked and repeats the question in its refusal, as those that
 * look into TLS do when a rule of theirs is hit: with its secrets, in one form or another.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';

import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';

export interface EchoingGateway {
  /** As `https://127.0.0.1:41234`. */
  readonly authorityHost: string;
  /** In the place of Graph and Exchange. */
  readonly serviceUrl: string;
  readonly caPem: string;
  readonly close: () => Promise<void>;
}

/** How it writes down what it was sent. */
export const ECHOES = {
  'as sent': (said: string) => said,
  decoded: (said: string) => decodeURIComponent(said.replaceAll('+', ' ')),
  'for a URL': encodeURIComponent,
  'in base64': (said: string) => Buffer.from(said).toString('base64'),
  'as JSON': (said: string) =>
    JSON.stringify(Object.fromEntries(new URLSearchParams(said.replace(/^Bearer /u, 'bearer=')))),
} as const satisfies Readonly<Record<string, (said: string) => string>>;

export type Echo = keyof typeof ECHOES;

export async function startEchoingGateway(echo: Echo): Promise<EchoingGateway> {
  const { caPem, certificatePem, privateKeyPem } = makeLoopbackCertificate();
  const form = ECHOES[echo];
  const signIn = createSecureServer({ key: privateKeyPem, cert: certificatePem }, (request, response) => {
    void answerSignIn(request, response, form);
  });
  const service = createServer(answerService(form));
  const ports = await Promise.all([listening(signIn), listening(service)]);
  return {
    authorityHost: `https://127.0.0.1:${ports[0]}`,
    serviceUrl: `http://127.0.0.1:${ports[1]}`,
    caPem,
    close: async () => {
      signIn.closeAllConnections();
      service.closeAllConnections();
      await Promise.all([signIn, service].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
}

/** Discovery goes well, or nothing would be sent. */
async function answerSignIn(
  request: IncomingMessage,
  response: ServerResponse,
  form: (said: string) => string,
): Promise<void> {
  const said = await text(request);
  const base = `https://${request.headers.host ?? ''}/${request.url?.split('/')[1] ?? ''}`;
  if (request.method === 'GET') {
    json(response, 200, {
      ...{ token_endpoint: `${base}/oauth2/v2.0/token`, issuer: `${base}/v2.0` },
      ...{ authorization_endpoint: `${base}/oauth2/v2.0/authorize`, jwks_uri: `${base}/keys` },
    });
    return;
  }
  // Shown texts are cut: the secret comes first, once.
  const secret = said.split('&').find((part) => /^client_(?:secret|assertion)=/u.test(part)) ?? said;
  json(response, 400, {
    ...{ error: 'invalid_request', error_description: form(secret), correlation_id: form(secret) },
    error_uri: `${base}/error?${secret}`,
  });
}

function answerService(form: (said: string) => string): RequestListener {
  return (request, response) => {
    const said = form(request.headers.authorization ?? '');
    response.setHeader('request-id', encodeURI(said));
    response.setHeader('location', `http://127.0.0.1:9/?${encodeURIComponent(said)}`);
    json(response, 400, {
      error: { code: 'BadRequest', message: said, innerError: { 'request-id': said } },
    });
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
