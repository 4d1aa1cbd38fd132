/** What the owner of a domain demands of senders (RFC 8461): TLS, and only with these hosts. */

export interface MtaStsPolicy {
  /** `enforce`: do not deliver otherwise. `testing`: deliver and report. `none`: the demand is withdrawn. */
  readonly mode: 'enforce' | 'testing' | 'none';
  /** Host names, or `*.` and a name for one label below it; lower case. Empty only for mode `none`. */
  readonly mxPatterns: readonly string[];
  /** How long senders keep it. */
  readonly maxAgeSeconds: number;
}

export type MtaStsAnswer =
  | { readonly kind: 'policy'; readonly policyId: string; readonly policy: MtaStsPolicy }
  /** No record, so no demand. */
  | { readonly kind: 'none' }
  /** The domain means to have one, and senders cannot use it: they go by the policy that they still know, or by none. */
  | { readonly kind: 'unusable'; readonly reason: MtaStsFault; readonly text: string }
  /** Cannot tell. */
  | { readonly kind: 'unanswered'; readonly part: 'record' | 'policy'; readonly text: string };

export type MtaStsFault =
  /** Several records, or one that is not written as it must be. */
  | 'record'
  /** The name `mta-sts.DOMAIN` does not exist or leads where nobody outside may be sent. */
  | 'policy-host'
  /** Its certificate does not hold. */
  | 'policy-certificate'
  /** Answered with another status than 200; a redirect is not followed. */
  | 'policy-status'
  /** No plain text. */
  | 'policy-type'
  | 'policy-too-large'
  /** Text that is no policy. */
  | 'policy-text';
