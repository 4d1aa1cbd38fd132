/** Harmful or unwanted content, in the words of any mail server. */
import type { BookRule } from './rule.js';

const CODES = 'RFC 3463, 3.8';

export const ANY_CONTENT_RULES: readonly BookRule[] = [
  {
    id: 'malware-found',
    match: [
      {
        phrases: [
          'virus',
          'malware',
          'trojan',
          'infected',
          'phishing',
          'worm + detected',
          'mcspamsignature*',
          'ransomware',
        ],
      },
    ],
    reason: 'malware',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "A scanner found harmful content. The sender's admin checks the sending machine before anything else; if it is a false alarm, the receiving postmaster releases it or the file goes by another way.",
    reference: CODES,
    samples: ['550 5.7.1 Message rejected: virus found'],
    finality: 'permanent',
  },
  {
    id: 'attachment-refused',
    match: [
      {
        phrases: [
          'illegal attachment',
          'unacceptable content',
          'inappropriate content',
          'attachment + detected',
          'attachment type',
          'zip + blocked',
          'presents a potential security issue',
          'content presents a potential',
          'attachment + not allowed',
          'attachment + blocked',
          'attachment + rejected',
          'banned attachment',
          'banned content',
          'banned file',
          'file extension',
          'reject id + banned',
          'attachment extension + forbidden',
          'prohibited attachment',
          'forbidden attachment',
          'file type + not allowed',
          'file type + blocked',
          'executable',
          'content denied',
          'content restriction*',
          'rejected due to content',
          'content not accepted',
          'message content not accepted',
          'dangerous attachment',
          'password protected',
          'encrypted attachment',
        ],
      },
    ],
    reason: 'content-rejected',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The receiver does not take this kind of content. The sender shares the file by a link or in another format, without macros, programs or locked archives.',
    reference: CODES,
    samples: ['552 5.7.0 This message was blocked because its content presents a potential security issue'],
    finality: 'permanent',
  },
];
