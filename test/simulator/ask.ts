/** The smallest client: one request over a real socket, nothing followed, nothing repeated. */
import { request } from 'node:http';

import type { Tenant } from '#simulator/tenant.js';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

interface Row {
  readonly id: string;
  readonly recipientAddress: string;
  readonly senderAddress: string;
  readonly subject: string;
  readonly receivedDateTime: string;
  readonly status: string;
}

interface Detail {
  readonly event: string;
  readonly dateTime: string;
  readonly description: string;
  readonly data: string;
}

export const LIST = '/v1.0/admin/exchange/tracing/messageTraces';

export function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: false }, (response) => {
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
    sent.end();
  });
}

export function bearer(tenant: Tenant): Record<string, string> {
  return { authorization: `Bearer ${tenant.issueToken()}` };
}

/** Asks the list, or what stands behind it, with a good token. */
export function ask(
  tenant: Tenant,
  pathAndQuery: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return get(tenant.graphUrl + pathAndQuery, { ...bearer(tenant), ...headers });
}

export function listPath(options: Readonly<Record<string, string>>): string {
  return `${LIST}?${new URLSearchParams(options).toString()}`;
}

export function detailPath(id: string, recipient: string): string {
  const quoted = encodeURIComponent(recipient.replaceAll("'", "''"));
  return `${LIST}/${id}/getDetailsByRecipient(recipientAddress='${quoted}')`;
}

export function bodyOf(reply: Reply): Record<string, unknown> {
  return JSON.parse(reply.bytes.toString()) as Record<string, unknown>;
}

export function rowsOf(reply: Reply): readonly Row[] {
  return bodyOf(reply)['value'] as readonly Row[];
}

export function detailsOf(reply: Reply): readonly Detail[] {
  return bodyOf(reply)['value'] as readonly Detail[];
}

export function nextLinkOf(reply: Reply): string | null {
  return (bodyOf(reply)['@odata.nextLink'] as string | undefined) ?? null;
}

export function errorOf(reply: Reply): { readonly code: string; readonly message: string } {
  return bodyOf(reply)['error'] as { readonly code: string; readonly message: string };
}

/** All rows of a list, page after page, following the links as they are. */
export async function allRows(tenant: Tenant, path: string): Promise<readonly Row[]> {
  const headers = bearer(tenant);
  const rows: Row[] = [];
  for (let next: string | null = tenant.graphUrl + path; next !== null;) {
    const reply = await get(next, headers);
    if (reply.status !== 200) throw new Error(`${reply.status}: ${reply.bytes.toString()}`);
    rows.push(...rowsOf(reply));
    next = nextLinkOf(reply);
  }
  return rows;
}
