/** One InvokeCommand over a real socket, nothing repeated. */
import { request } from 'node:http';

import type { Tenant } from '#simulator/tenant.js';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

interface Row {
  readonly [name: string]: unknown;
}

const ANCHOR = 'APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}';

export function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  method = 'POST',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : body);
  });
}

export function placeOf(tenant: Tenant): string {
  return `${tenant.exchangeUrl}/adminapi/beta/${tenant.tenantId}/InvokeCommand`;
}

export function headersOf(tenant: Tenant): Record<string, string> {
  return {
    authorization: `Bearer ${tenant.issueExchangeToken()}`,
    'content-type': 'application/json',
    'x-anchormailbox': `${ANCHOR}@${tenant.tenantId}`,
  };
}

export function invoke(
  tenant: Tenant,
  cmdlet: string,
  parameters: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const body = JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } });
  return post(placeOf(tenant), body, { ...headersOf(tenant), ...headers });
}

export function bodyOf(reply: Reply): Record<string, unknown> {
  return JSON.parse(reply.bytes.toString()) as Record<string, unknown>;
}

export function rowsOf(reply: Reply): readonly Row[] {
  return bodyOf(reply)['value'] as readonly Row[];
}

export function warningsOf(reply: Reply): readonly string[] {
  return bodyOf(reply)['@adminapi.warnings'] as readonly string[];
}
