/**
 * Gets bearer tokens: a ready one, or one from the sign-in service by @azure/identity. Knows scopes and
 * credentials; it refuses to know what a token is used for, and never reads what is inside one.
 */

export interface TokenSource {
  /**
   * A token for `scope`, as `https://graph.microsoft.com/.default`. With `refresh` a new one is fetched though
   * an old one seems good: the service has refused it. Throws a Failure when there is none.
   */
  readonly token: (
    scope: string,
    options?: { readonly refresh: boolean },
    signal?: AbortSignal,
  ) => Promise<string>;
}

/** The variables that the process was started with; handed in, so that tests and drills can choose them. */
export type EnvironmentVariables = Readonly<Partial<Record<string, string>>>;
