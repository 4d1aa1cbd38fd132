/** The instant of a minute of the scenario, in whole seconds, as the service keeps them. */
export type ScenarioClock = (minute: number) => Date;

const MINUTE_MS = 60_000;

/** `minute` is the one that is `now`. */
export function scenarioClock({
  minute: current,
  now,
}: {
  readonly minute: number;
  readonly now: Date;
}): ScenarioClock {
  return (minute) => {
    const exact = now.getTime() + (minute - current) * MINUTE_MS;
    return new Date(Math.floor(exact / 1000) * 1000);
  };
}
