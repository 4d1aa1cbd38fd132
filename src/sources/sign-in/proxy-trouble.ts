import { Failure } from '#failure.js';

/** `PROXY_407` and `PROXY_403` are its own refusals, and will come again; `PROXY_502` and `PROXY_ECONNREFUSED` may pass. */
export function isProxyRefusal(code: string): boolean {
  return /^PROXY_4\d\d$/.test(code);
}

/** Why the proxy of this machine does not lead to `host`. It says nothing about mail, nor about the service. */
export function proxyFailure(code: string, host: string): Failure {
  const seen = code.replace(/^PROXY_/, '');
  if (seen === '407') {
    return new Failure(
      'configuration',
      `The proxy of this machine wants a user and a password (407); nothing reached ${host}.`,
      {
        remedy:
          'Put them into HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT, or name a host that needs no proxy in NO_PROXY.',
      },
    );
  }
  if (isProxyRefusal(code)) {
    return new Failure(
      'configuration',
      `The proxy of this machine does not let us through to ${host} (${seen}).`,
      {
        remedy: `Have ${host}:443 admitted at the proxy, or name it in NO_PROXY if it needs none.`,
      },
    );
  }
  const message = `The proxy of this machine does not lead to ${host} (${seen}): this is our own network, not the service.`;
  return new Failure('unreachable', message, {
    remedy:
      'Check HTTPS_PROXY and the proxy itself, and name hosts that need none in NO_PROXY; then try again.',
    meetsEveryService: true,
  });
}
