/** Accounts, tenants and addresses of the sending side: bans, sign-in, rights. */
import type { BookRule } from './rule.js';

const RESTRICTED = 'https://learn.microsoft.com/defender-office-365/outbound-spam-restore-restricted-users';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const BASIC_AUTH =
  'https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online';
const DEVICES =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365';

export const ACCOUNT_RULES: readonly BookRule[] = [
  {
    id: 'account-blocked-for-spam',
    match: [
      { phrases: ['bad outbound sender', 'spam abuse detected'] },
      { enhanced: ['5.1.8'], speaker: 'microsoft' },
      { enhanced: ['5.7.501-503'] },
    ],
    reason: 'sender-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'Microsoft blocked the account for outbound spam; treat it as compromised. Its admin resets password and sessions, removes strange inbox rules, then unblocks it under Restricted entities in Defender.',
    reference: RESTRICTED,
    samples: [
      '550 5.1.8 Access denied, bad outbound sender. AS(42004)',
      '550 5.7.501 Access denied, spam abuse detected',
      '550 5.7.502 Access denied, banned sender',
      '550 5.7.503 Access denied, banned sender',
    ],
    finality: 'permanent',
  },
  {
    id: 'tenant-restricted',
    match: [
      {
        phrases: [
          'tenant has exceeded threshold',
          'traffic not accepted from this ip',
          'unregistered domains',
        ],
      },
      { enhanced: ['5.7.700-702', '5.7.704-710', '5.7.712-750'] },
    ],
    reason: 'sender-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'Microsoft restricts the whole tenant: too much of its mail looks like abuse. Its admin finds and secures the accounts and relays at fault, verifies every sending domain, then opens a case with Microsoft.',
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/fix-error-code-5-7-700-through-5-7-750',
    samples: [
      '550 5.7.705 Access denied, tenant has exceeded threshold',
      '550 5.7.708 Access denied, traffic not accepted from this IP',
      '550 5.7.750 Client blocked from sending from unregistered domains',
      '550 5.7.720 Service unavailable',
    ],
    finality: 'permanent',
  },
  {
    id: 'sender-domain-banned',
    match: [{ enhanced: ['5.7.800'] }],
    reason: 'sender-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "Microsoft banned the sender's domain for spam. Its owner stops the abuse and opens a case with Microsoft, quoting the full text.",
    reference: NDR,
    samples: ['550 5.7.800 Access denied, banned sender domain'],
    finality: 'permanent',
  },
  {
    id: 'client-auth-switched-off',
    match: [{ phrases: ['smtpclientauthentication is disabled'] }],
    reason: 'auth-client',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      'SMTP AUTH is off for this tenant or mailbox. The Exchange admin enables it (Set-CASMailbox -SmtpClientAuthenticationDisabled $false) or moves the device to OAuth or a relay.',
    reference: BASIC_AUTH,
    samples: ['535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant'],
    finality: 'permanent',
  },
  {
    id: 'basic-auth-retired',
    match: [{ phrases: ['basic authentication is not supported', 'basic authentication is disabled'] }],
    reason: 'auth-client',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'User name and password no longer do for SMTP AUTH. The owner of the device or program changes it to OAuth, or its admin sends through a relay, High Volume Email or another sending service.',
    reference: BASIC_AUTH,
    samples: ['550 5.7.30 Basic authentication is not supported for Client Submission'],
    finality: 'permanent',
  },
  {
    id: 'federation-unreachable',
    match: [{ phrases: ['federated sts'] }],
    reason: 'auth-client',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The organisation's own sign-in server did not answer or is not on HTTPS. The identity admin repairs federation (AD FS, its certificate and name); then the client signs in again.",
    reference: DEVICES,
    samples: [
      '535 5.7.139 Authentication unsuccessful, the federated STS service was unreachable',
      '535 5.7.139 Authentication unsuccessful, the federated STS URL does not support HTTPS',
    ],
    finality: 'permanent',
  },
  {
    id: 'client-sign-in-failed',
    match: [
      {
        phrases: [
          'authentication unsuccessful',
          'authentication failed',
          'authentication credentials invalid',
          'username and password not accepted',
          'invalid login',
          'bad username or password',
          'incorrect authentication data',
          'invalid credentials',
          'authentication failure',
          'login failed',
          'application specific password required',
        ],
        replyCodes: ['535', '534', '538', '454', '5xx'],
      },
      { replyCodes: ['535', '534'] },
    ],
    reason: 'auth-client',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'Sign-in of the sending account was refused. Its admin looks at Entra sign-in logs (password, security defaults, conditional access) and gives the device OAuth or a fresh password.',
    reference: DEVICES,
    samples: [
      '535 5.7.3 Authentication unsuccessful',
      '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect',
    ],
    finality: 'permanent',
  },
  {
    id: 'client-not-signed-in',
    match: [
      {
        phrases: [
          'client was not authenticated',
          'authentication required',
          'authentication is required',
          'must authenticate',
          'smtp auth required',
          'requires authentication',
          'need to authenticate',
          'please authenticate',
          'authenticate first',
          'not authenticated',
          'client host is not authenticated',
          'must login first',
          'sign in before',
          'log in before',
          'login before',
          'unauthenticated senders not allowed',
          'not subscribed to ses',
        ],
      },
      { enhanced: ['5.7.57'] },
    ],
    reason: 'auth-client',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'The device or program did not sign in before it sent. Its owner sets account and TLS in it, or sends by Direct Send to the MX host; or the Exchange admin adds an inbound connector for its IP.',
    reference: DEVICES,
    samples: [
      '530 5.7.57 Client was not authenticated to send anonymous mail during MAIL FROM',
      '550 5.7.1 Client was not authenticated',
      '530 5.7.1 Authentication required',
    ],
    finality: 'permanent',
  },
  {
    id: 'no-right-to-send-as',
    match: [
      {
        phrases: [
          'sendasdenied*',
          'does not have permissions to send as this sender',
          'sendasdenied',
          'not allowed to send as',
          'send on behalf',
          'not owned by user',
          'not permitted to send as',
          'sender address does not belong',
          'sendonbehalfdenied',
        ],
      },
      { enhanced: ['5.7.60', '5.2.252'], speaker: 'microsoft' },
    ],
    reason: 'sender-invalid',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The signed-in account may not use this From address. The Exchange admin grants Send As (Add-RecipientPermission), or the sender uses the account's own address.",
    reference: DEVICES,
    samples: [
      '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
      '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
      '554 5.2.252 SendAsDenied; kay@contoso.example not allowed to send as lee@contoso.example',
    ],
    finality: 'permanent',
  },
];
