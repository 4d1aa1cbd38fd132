/** The rule book in order of precedence: Microsoft's own words, then everyone's, then codes. */
import type { BookRule } from './rule.js';
import { ACCOUNT_RULES } from './rules-account.js';
import { ADDRESS_RULES } from './rules-address.js';
import { ANY_ADDRESS_RULES } from './rules-any-address.js';
import { ANY_COMBINED_RULES } from './rules-any-combined.js';
import { ANY_CONTENT_RULES } from './rules-any-content.js';
import { ANY_MAILBOX_RULES } from './rules-any-mailbox.js';
import { ANY_POLICY_RULES } from './rules-any-policy.js';
import { ANY_RATE_RULES } from './rules-any-rate.js';
import { ANY_SENDER_RULES } from './rules-any-sender.js';
import { ANY_SERVICE_RULES } from './rules-any-service.js';
import { AUTHENTICATION_RULES } from './rules-authentication.js';
import { CODE_RULES } from './rules-code.js';
import { CONNECTION_RULES } from './rules-connection.js';
import { CONNECTOR_RULES } from './rules-connector.js';
import { DNS_RULES } from './rules-dns.js';
import { EXPIRY_RULES } from './rules-expiry.js';
import { FALLBACK_RULES } from './rules-fallback.js';
import { IP_RULES } from './rules-ip.js';
import { MAILBOX_RULES } from './rules-mailbox.js';
import { MESSAGE_RULES } from './rules-message.js';
import { POLICY_RULES } from './rules-policy.js';
import { PROTOCOL_RULES } from './rules-protocol.js';
import { PROVIDER_CODE_RULES } from './rules-provider-code.js';
import { RELAY_RULES } from './rules-relay.js';
import { SERVICE_RULES } from './rules-service.js';
import { TLS_RULES } from './rules-tls.js';
import { VOLUME_RULES } from './rules-volume.js';

export const RULES: readonly BookRule[] = [
  ...CONNECTOR_RULES,
  ...SERVICE_RULES,
  ...ADDRESS_RULES,
  ...MAILBOX_RULES,
  ...TLS_RULES,
  ...PROVIDER_CODE_RULES,
  ...ANY_COMBINED_RULES,
  ...RELAY_RULES,
  ...VOLUME_RULES,
  ...ACCOUNT_RULES,
  ...IP_RULES,
  ...AUTHENTICATION_RULES,
  ...POLICY_RULES,
  ...PROTOCOL_RULES,
  ...MESSAGE_RULES,
  ...DNS_RULES,
  ...CONNECTION_RULES,
  ...EXPIRY_RULES,
  ...ANY_CONTENT_RULES,
  ...ANY_RATE_RULES,
  ...ANY_SENDER_RULES,
  ...ANY_MAILBOX_RULES,
  ...ANY_ADDRESS_RULES,
  ...ANY_POLICY_RULES,
  ...ANY_SERVICE_RULES,
  ...CODE_RULES,
  ...FALLBACK_RULES,
];
