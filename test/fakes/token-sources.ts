/** Stand-ins for what gives a machine its tokens: the identity service of Azure, build services, Azure CLI, a browser. */
import { generateKeyPairSync } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { newSubject, serverCertificate, type Subject, WIDE } from '#simulator/sign-in/certificate.js';

export interface TokenService {
  readonly url: string;
  readonly close: () => Promise<void>;
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TokenService> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** How a user-assigned identity is asked for; nothing for that of the system. */
export type MachineIdentity = Readonly<Partial<Record<(typeof IDENTITY_NAMES)[number], string>>>;
const IDENTITY_NAMES = ['client_id', 'object_id', 'msi_res_id'] as const;

/** As Azure documents it: only with the header, and only for identities of this machine. */
export function identityService(
  tokenFor: (resource: string) => string,
  { status = 200, identity = {} }: { readonly status?: number; readonly identity?: MachineIdentity } = {},
): Promise<TokenService> {
  return serve((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    if (request.url?.startsWith('/down') === true) {
      json(response, 503, {});
    } else if (request.headers['metadata'] !== 'true') {
      json(response, 400, {
        error: 'invalid_request',
        error_description: 'Required metadata header not specified',
      });
    } else if (status !== 200) {
      json(response, status, { error: 'unavailable', error_description: 'Try later' });
    } else if (IDENTITY_NAMES.some((name) => query.get(name) !== (identity[name] ?? null))) {
      json(response, 400, { error: 'invalid_request', error_description: 'Identity not found' });
    } else {
      const resource = query.get('resource') ?? '';
      const seconds = Math.floor(Date.now() / 1000) + 3599;
      json(response, 200, {
        ...{ access_token: tokenFor(resource), expires_in: '3599', expires_on: String(seconds) },
        ...{ resource, token_type: 'Bearer' },
      });
    }
  });
}

/** Of GitHub and Azure Pipelines alike: a token for whoever shows the bearer of the job. */
export function jobTokenService(bearer: string, answer: object): Promise<TokenService> {
  return serve((request, response) => {
    if (request.headers.authorization === `Bearer ${bearer}`) json(response, 200, answer);
    else json(response, 401, { message: 'no' });
  });
}

/** A statement of somebody else; nobody checks its signature here. */
export function statement(claims: Readonly<Record<string, unknown>>, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const times = { iat: seconds, nbf: seconds, exp: seconds + 600 };
  return `${encoded({ typ: 'JWT', alg: 'RS256' })}.${encoded({ ...times, ...claims })}.c2lnbmVk`;
}

export interface AppCertificate {
  /** Certificate and private key. */
  readonly pem: string;
  readonly certificatePem: string;
}

/** With an RSA key, as Microsoft wants it. */
export function appCertificate(password: string | null = null, until = WIDE.until): AppCertificate {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const subject: Subject = { name: 'mailcheck', keys };
  const certificatePem = serverCertificate(subject, newSubject('issuer'), {
    ...{ ...WIDE, until },
    names: ['mailcheck'],
  });
  const key = keys.privateKey.export({
    ...{ type: 'pkcs8', format: 'pem' },
    ...(password === null ? {} : { cipher: 'aes-256-cbc', passphrase: password }),
  });
  return { pem: `${String(key)}${certificatePem}`, certificatePem };
}

/** Programs of these names, for the front of a PATH. */
export async function program(folder: string, name: string, script: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, script);
  await chmod(path, 0o755);
}
