/** Mail that the edge turned away when it first knocked: in no trace until it is let in. */
export interface RefusedMail {
  /** Of the delivery that it becomes. */
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly sizeBytes: number;
  readonly knockedAt: Date;
  /** When it is let in; null where its sender gives it up before. */
  readonly admittedAt: Date | null;
  /** A relay of ours hands it on, and keeps it meanwhile. */
  readonly isRelayed: boolean;
}

/** Turned away so far, and not let in yet. */
export function isWaiting({ knockedAt, admittedAt }: RefusedMail, now: Date): boolean {
  return knockedAt <= now && (admittedAt === null || now < admittedAt);
}
