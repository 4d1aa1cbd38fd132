/** One line of the rule book: what is seen, and what it means. Rules are plain data in order of precedence. */
import type { Party, Reason, Retry } from './verdict.js';

export interface Matcher {
  /**
   * Any of these must occur. `a + b` asks for both, in any order; a last `*` lets the word go on. Case, accents and
   * punctuation do not count.
   */
  readonly phrases?: readonly string[];
  /** Any of these: `5.1.1`, a range `5.7.606-649`, a family `4.3.x`; `x.4.316` stands for 4.4.316 and 5.4.316. */
  readonly enhanced?: readonly string[];
  /** Any of these: `550`, `4xx`. */
  readonly replyCodes?: readonly string[];
  /** Microsoft wrote the reply, or it is a bare code: then Microsoft's meaning beats the registry's. */
  readonly speaker?: 'microsoft';
}

export interface Rule {
  /** Stable, kebab-case. */
  readonly id: string;
  /** Ways to be meant; any will do. */
  readonly match: readonly Matcher[];
  readonly reason: Reason;
  /** Whose side it is, where nothing but these words is known. */
  readonly party: Party;
  /** Where it depends on who wrote the reply: Microsoft's servers, or another server. */
  readonly partyWhen?: { readonly microsoft?: Party; readonly another?: Party };
  /** What helps once the failure is final; a deferral is always retried by itself. */
  readonly retry: Retry;
  /** What to do about the cause: who, what, where. Whether to wait or resend is added by class. */
  readonly remedy: string;
  /** Final or not when neither event nor code says it. */
  readonly finality?: 'transient' | 'permanent';
  /** A final failure of this kind means that the retries ran out. */
  readonly expires?: true;
  /** A notice that delivery goes on. */
  readonly delays?: true;
  /** Says little; a rule that knows more, even on an outer reply, goes first. */
  readonly generic?: true;
  /** Where the meaning comes from, for a reader who wants to check. */
  readonly reference?: string;
  /** The admin's own: goes before all of ours, on whichever of several nested replies it fits. */
  readonly own?: true;
}

/** A rule of ours: it can be traced and proven. */
export interface BookRule extends Rule {
  readonly reference: string;
  /** Replies in this rule's own invented form that it must decide. */
  readonly samples: readonly [string, ...string[]];
}
