/** The promises of `SmtpProber`, kept with a host that plays a script and with Debian's Postfix alike. */
import { describe } from 'vitest';

import { openMailAuthority } from '#simulator/smtp/mail-certificate.js';
import { startSmtpHost } from '#simulator/smtp/smtp-host.js';
import { smtpScript } from '#simulator/smtp/smtp-script.js';
import { openSmtpProber } from '#sources/probe/smtp-prober.js';

import { startPostfix, whyNoPostfix } from '../fakes/real-postfix.js';
import { ACCESS, HOST, type ProberUnderTest, promisesOfSmtpProber } from './smtp-prober.contract.js';

const authority = openMailAuthority();
const manners = { machineName: 'admin.contoso.example', anyPort: true };
const probers: Pick<ProberUnderTest, 'prober' | 'strange'> = {
  prober: openSmtpProber({ ...manners, caPem: authority.caPem }),
  strange: openSmtpProber({ ...manners, caPem: null }),
};

promisesOfSmtpProber('a scripted host', {
  ...probers,
  start: async () => {
    const script = smtpScript({ name: HOST, rcptByAddress: ACCESS });
    const host = await startSmtpHost(script, authority);
    const implicit = await startSmtpHost({ ...script, tls: 'implicit' }, authority);
    return {
      port: host.port,
      implicitPort: implicit.port,
      close: async () => {
        await host.close();
        await implicit.close();
      },
    };
  },
});

const why = whyNoPostfix();

describe.skipIf(why !== null)(`with a real server${why === null ? '' : `: skipped, ${why}`}`, () => {
  promisesOfSmtpProber('Postfix', {
    ...probers,
    start: () => startPostfix({ name: HOST, authority, domain: 'contoso.example', access: ACCESS }),
  });
});
