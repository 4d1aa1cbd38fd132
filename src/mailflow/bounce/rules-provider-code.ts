/**
 * Codes that large providers write into their replies and explain on their postmaster pages. The words around such a code
 * are often the same whatever it means, so it goes before them.
 */
import type { BookRule } from './rule.js';

const SPECTRUM = 'https://www.spectrum.net/support/internet/understanding-email-error-codes';
const COX = 'https://www.cox.com/residential/support/email-error-codes.html';
const COMCAST = 'https://postmaster.comcast.net/smtp-error-codes.php';
const NETEASE = 'https://help.mail.163.com/';
const GODADDY = 'https://www.godaddy.com/help/what-does-my-email-bounceback-mean-3568';
const YAHOO = 'https://senders.yahooinc.com/smtp-error-codes';
const ORANGE = 'https://postmaster.orange.fr/';
const OUTLOOK = 'https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx';

export const PROVIDER_CODE_RULES: readonly BookRule[] = [
  {
    id: 'provider-blocks-ip',
    match: [
      {
        phrases: [
          ...aup(1000, 1000),
          ...aup(1200, 1250),
          'aup cxbl',
          'aup cdrbl',
          'aup + ipbl*',
          'bl0000*',
          'bl0001*',
          'es0000*',
          'dt rbl',
          'wm bli',
          'ib103',
          'ib104',
          'ib105',
          'ib106',
          'ib110',
          'ib111',
          'ib112',
          'ib113',
          'bl21',
          'bl23',
          'tss09',
          'tss11',
          ...orange(102),
          'sc 001 + werent sent',
          'sc 002 + werent sent',
          'sc 003 + werent sent',
          'sc 004 + werent sent',
          'ou 001 + werent sent',
          'ou 002 + werent sent',
          'dy 001 + mail rejected',
          'dy 002 + mail rejected',
          'pol p1',
          'pol p2',
          'pol p3',
          'pol p4',
          'pol t1',
          'pol t2',
          'pol t3',
        ],
      },
    ],
    reason: 'ip-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "By its code in the text the provider blocks the sending IP. The IP's admin stops what made it look like spam, then asks for removal on the provider's postmaster page.",
    reference: `${SPECTRUM}; ${COX}; ${COMCAST}; ${NETEASE}; ${GODADDY}; ${OUTLOOK}`,
    samples: [
      '554 mx.fabrikam.example ESMTP server not available AUP#I-1000',
      '554 192.0.2.10 rejected. Refer to the error codes. AUP#CXBL',
      '450 DT:RBL mx1.fabrikam.example',
    ],
    finality: 'permanent',
  },
  {
    id: 'provider-limits-rate',
    match: [
      {
        phrases: [
          ...aup(1300, 1490),
          ...aup(1540, 1540),
          ...aup(1580, 1580),
          'aup cxcnct',
          'aup cxmxrt',
          'aup cxthrt',
          'rl0000*',
          'hl rep',
          'hl icc',
          'hl ifc',
          'hl mep',
          'mi cel',
          'mi dmc',
          'mi ccl',
          'mi sfq',
          'mi sfl',
          'mi stc',
          'rp cel',
          'rp drc',
          'rp ccl',
          'rp trc',
          'rp qrc',
          'ib007',
          'ib101',
          'ib504',
          'ib510',
          'ib607',
          'tss04 + unexpected volume',
          'tss05',
          ...[103, 104, 105, 108, 109, 201, 510, 999].flatMap(orange),
          'rp 001 + werent sent',
          'rp 002 + werent sent',
          'rp 003 + werent sent',
          'con t1',
          'con t2',
          'con t3',
          'con t4',
        ],
      },
    ],
    reason: 'throttled',
    party: 'sender',
    retry: 'later',
    remedy:
      'By its code in the text the provider limits connections, messages or bad recipients of this source. The sending admin lowers them for this provider and cleans the list.',
    reference: `${SPECTRUM}; ${COX}; ${COMCAST}; ${NETEASE}; ${GODADDY}; ${ORANGE}`,
    samples: [
      '550 5.1.0 <lee@contoso.example> sender rejected. AUP#In-1310',
      '421 HL:ICC mx1.fabrikam.example, too many connections',
    ],
  },
  {
    id: 'provider-wants-reverse-dns',
    match: [{ phrases: [...aup(1100, 1150), 'aup cxdns', 'ib108', 'dns p3', 'dns t2'] }],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "By its code in the text the provider misses a name for the sending IP. The IP's owner sets a PTR record whose name leads back to the same IP.",
    reference: `${SPECTRUM}; ${COX}; ${GODADDY}`,
    samples: ['421 mx.fabrikam.example DNS check failure. AUP#I-1110'],
  },
  {
    id: 'provider-verifies-sender',
    match: [{ phrases: ['aup cxsndr', 'ib508', 'pol p7', 'dm000*', 'tss12'] }],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "By its code in the text the provider could not verify who sent it. The sending domain's DNS admin makes SPF and DKIM pass for this server and aligns them with the From domain.",
    reference: `${COX}; ${GODADDY}; ${YAHOO}`,
    samples: ['550 5.1.0 <lee@contoso.example> sender rejected. AUP#CXSNDR'],
    finality: 'permanent',
  },
  {
    id: 'provider-calls-it-spam',
    match: [
      {
        phrases: ['aup + urlbl*', 'sp0000*', 'dt spm', 'ib212', ...orange(506), 'ouk 513', 'pol p6'],
      },
    ],
    reason: 'spam-content',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'By its code in the text the provider judged content or links as spam. The sender takes out listed or shortened links and unlike From domains, then tries one message.',
    reference: `${COX}; ${COMCAST}; ${NETEASE}; ${GODADDY}; ${ORANGE}`,
    samples: [
      '554 DT:SPM mx1.fabrikam.example, please see the help pages',
      '550 Mail rejected. OFR_506 [506]',
    ],
  },
  {
    id: 'provider-blocks-sender',
    match: [{ phrases: [...aup(1010, 1080), 'aup cxmj', 'mi spb', 'wm blu'] }],
    reason: 'sender-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "By its code in the text the provider blocks this sender address for suspicious mail. The account's owner changes its password, stops the mail and asks the provider to lift the block.",
    reference: `${SPECTRUM}; ${COX}; ${NETEASE}`,
    samples: ['550 MI:SPB mx1.fabrikam.example, this sender is blocked'],
    finality: 'permanent',
  },
  {
    id: 'provider-rejects-sender-address',
    match: [
      {
        phrases: [
          ...aup(1500, 1520),
          'mi nhd',
          'dt sum',
          'ib501',
          'ib502',
          'ib506',
          'dns p1',
          'dns p2',
          'dns t1',
        ],
      },
    ],
    reason: 'sender-invalid',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'By its code in the text the provider does not accept this sender address. The sender uses one that belongs to the signed-in account and to a domain with MX; From and envelope agree.',
    reference: `${SPECTRUM}; ${NETEASE}; ${GODADDY}`,
    samples: ['550 rejected. AUP#Out-1500', '550 MI:NHD mx1.fabrikam.example'],
    finality: 'permanent',
  },
  {
    id: 'provider-size-limit',
    match: [{ phrases: [...aup(1530, 1530), 'msg p1', 'int p2', ...orange(514)] }],
    reason: 'message-too-large',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'By its code in the text the message is larger than the provider takes. The sender shares the file by a link.',
    reference: SPECTRUM,
    samples: ['552 message refused. AUP#O-1530'],
    finality: 'permanent',
  },
  {
    id: 'provider-recipient-limit',
    match: [{ phrases: [...aup(1550, 1550), 'msg t1', 'ib605'] }],
    reason: 'too-many-recipients',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'By its code in the text the message has more recipients than the provider takes. The sender splits it; a mail server sends the rest by itself.',
    reference: SPECTRUM,
    samples: ['452 refused. AUP#In-1550'],
  },
  {
    id: 'provider-knows-no-recipient',
    match: [{ phrases: ['rcp p1', 'int p1', 'int p3', 'int p4', ...orange(416), ...orange(418), 'lpn416'] }],
    reason: 'recipient-unknown',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'By its code in the text the provider has no such mailbox. The sender asks the recipient for the right address and takes this one off the list.',
    reference: ORANGE,
    samples: ['550 5.1.1 RCP-P1 kay@fabrikam.example'],
    finality: 'permanent',
  },
];

/** Spectrum's codes go by tens, and a letter before them says only which way the mail went. */
function aup(first: number, last: number): string[] {
  const count = (last - first) / 10 + 1;
  return Array.from({ length: count }, (_, step) => `aup + ${first + step * 10}`);
}

/** Orange (OFR) and La Poste (LPN) put a group before the number that tells: `OFR_506`, `OFR006_102`, `LPN105-104`. */
function orange(code: number): string[] {
  const groups = ['ofr', 'ofr004', 'ofr005', 'ofr006', 'lpn', 'lpn001', 'lpn004', 'lpn007', 'lpn105'];
  return groups.map((group) => `${group} ${code}`);
}
