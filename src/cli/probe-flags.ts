/** Which connectors and mail hosts are meant, and how far a probe of them goes. */
import { parseAddress } from '#mailflow/address/parse-address.js';
import { type NamedHost, parseNamedHost, portOf } from '#mailflow/connector/path/named-host.js';
import { STOP_POINTS } from '#mailflow/connector/probe/smtp-prober.js';

import { badValue, choiceFlag, type Flag, lastOf, switchFlag, textsFlag } from './flag.js';

export const connectorFlag = textsFlag(
  'connector',
  'NAME',
  'Only the connector of this name or GUID; repeat for more.',
);
export const hostFlag: Flag<readonly NamedHost[]> = {
  name: 'host',
  value: 'NAME[:PORT]',
  repeatable: true,
  help: 'A mail server to probe, by name or address; repeat for more.',
  read: (values, _context, flag) => values.map((given) => parseHost(given, flag)),
};
export const stopAfterFlag = choiceFlag(
  'stop-after',
  STOP_POINTS,
  null,
  'How far to go; default tls, and rcpt at the MX of the probe recipient.',
);
export const probeRecipientFlag: Flag<string | null> = {
  name: 'probe-recipient',
  value: 'ADDRESS',
  help: 'A mailbox of yours that RCPT may name, with the null sender; no mail is sent to it.',
  read: (values, _context, flag) => {
    const given = lastOf(values);
    if (given === null) return null;
    const parsed = parseAddress(given);
    if (!parsed.ok) throw badValue(flag, given, parsed.expected, 'probe@contoso.example');
    return parsed.value;
  },
};
export const allowPrivateFlag = switchFlag(
  'allow-private',
  'Connect to addresses of private networks too, as for a relay inside yours.',
);
export const allowPortFlag: Flag<readonly number[]> = {
  name: 'allow-port',
  value: 'N',
  repeatable: true,
  help: 'A port beside 25, 465 and 587 that --host may name; repeat for more.',
  read: (values, _context, flag) =>
    values.map((given) => {
      const port = portOf(given);
      if (port === null) throw badValue(flag, given, 'a port from 1 to 65535', '2525');
      return port;
    }),
};
export const resolverFlag = textsFlag(
  'resolver',
  'ADDRESS',
  'A resolver to ask in place of those of this machine, as 192.0.2.53; repeat for more.',
);
export const confirmFlag = switchFlag(
  'confirm',
  'Where a smart host cannot be judged from here, look in the trace for deferrals that name it.',
);

function parseHost(given: string, flag: string): NamedHost {
  const parsed = parseNamedHost(given);
  if (parsed.ok) return parsed.value;
  throw badValue(flag, given, parsed.expected, 'mail.contoso.example:25');
}
