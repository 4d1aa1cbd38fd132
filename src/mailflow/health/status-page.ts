/** The public status page: it tells whether admins can reach the portal, and nothing about mail. */

export type StatusPageReading =
  | {
      readonly kind: 'answered';
      /** As the page wrote it: `Available`, `ServiceDegradation` … */
      readonly status: string;
      readonly title: string;
      /** Remote text or HTML. */
      readonly message: string;
      /** When it was written; null when the page does not know (it then says year 1). */
      readonly authoredAt: Date | null;
    }
  /** It answered with something else, as a page of HTML with 200, or could not be reached. */
  | { readonly kind: 'unreadable'; readonly why: string };

export interface StatusPageSource {
  /** Never rejects but for an interruption. */
  readonly read: (signal: AbortSignal) => Promise<StatusPageReading>;
}
