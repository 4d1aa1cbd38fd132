/** The whole lint. To add a rule is to add an entry with its two samples. */
import type { LintRule } from './lint-rule.js';
import { DOMAIN_RULES } from './rules-domain.js';
import { HOST_RULES } from './rules-host.js';
import { INBOUND_RULES } from './rules-inbound.js';
import { TLS_RULES } from './rules-tls.js';
import { WAY_RULES } from './rules-way.js';

export const LINT_RULES: readonly LintRule[] = [
  ...WAY_RULES,
  ...TLS_RULES,
  ...HOST_RULES,
  ...INBOUND_RULES,
  ...DOMAIN_RULES,
];
