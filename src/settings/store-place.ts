import type { Environment } from './service-settings.js';

interface Machine {
  readonly platform: string;
  /** Of the user, absolute. */
  readonly homeFolder: string;
}

/**
 * The folder of what is kept between runs: `MAILCHECK_HOME`, else where the system wants state. A path that is not
 * absolute is none for XDG (Base Directory Specification 0.8).
 */
export function storeFolder(environment: Environment, { platform, homeFolder }: Machine): string {
  const own = environment['MAILCHECK_HOME']?.trim() ?? '';
  if (own !== '') return own;
  if (platform === 'win32') {
    return `${environment['LOCALAPPDATA'] ?? `${homeFolder}\\AppData\\Local`}\\mailcheck`;
  }
  const state = environment['XDG_STATE_HOME'] ?? '';
  return `${state.startsWith('/') ? state : `${homeFolder}/.local/state`}/mailcheck`;
}

/** The folder of the profiles: `MAILCHECK_HOME`, else where the system wants settings. Never the working directory. */
export function configFolder(environment: Environment, { platform, homeFolder }: Machine): string {
  const own = environment['MAILCHECK_HOME']?.trim() ?? '';
  if (own !== '') return own;
  if (platform === 'win32')
    return `${environment['APPDATA'] ?? `${homeFolder}\\AppData\\Roaming`}\\mailcheck`;
  const config = environment['XDG_CONFIG_HOME'] ?? '';
  return `${config.startsWith('/') ? config : `${homeFolder}/.config`}/mailcheck`;
}
