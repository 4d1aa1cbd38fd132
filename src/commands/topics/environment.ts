import type { Topic } from '#cli/topic.js';

export const environment: Topic = {
  name: 'environment',
  summary: 'Variables for signing in and for other endpoints',
  paragraphs: [
    'Signing in (the usual variables of Azure libraries)',
    `  AZURE_TENANT_ID                        your tenant, GUID or domain
  AZURE_CLIENT_ID                        the app registration
  AZURE_CLIENT_SECRET                    its secret, or instead
  AZURE_CLIENT_CERTIFICATE_PATH          PEM with certificate and private key
  AZURE_CLIENT_CERTIFICATE_PASSWORD      its password, if it has one
  AZURE_AUTHORITY_HOST                   another sign-in host, https only`,
    'The app registration needs the application permission ExchangeMessageTrace.Read.All with admin consent, and the tenant needs the service principal 8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 through which Microsoft serves message trace. In PowerShell:',
    `  Connect-MgGraph -Scopes Application.ReadWrite.All
  New-MgServicePrincipal -AppId 8bd644d1-64a1-4d4b-ae52-2e0cbf64e373`,
    'Its creation can take hours to be known everywhere; until then the service answers 401 and mailcheck says so.',
    'Pointing it elsewhere (tests, proxies, drills)',
    `  MAILCHECK_GRAPH_URL      base of another Graph; http for loopback only
  MAILCHECK_GRAPH_TOKEN    a ready token; nothing signs in
  MAILCHECK_CA_FILE        PEM to trust beside the usual roots
  MAILCHECK_SOURCE_LABEL   drill: answers are marked as from a simulated tenant`,
    'What is kept between runs',
    `  MAILCHECK_HOME           folder of its own for it; default
                           $XDG_STATE_HOME/mailcheck, else
                           ~/.local/state/mailcheck, on Windows
                           %LOCALAPPDATA%\\mailcheck (mailcheck help files)`,
    'The screen',
    `  NO_COLOR, FORCE_COLOR    as usual; --color always|never is stronger
  COLUMNS                  width when there is no terminal
  TZ                       default of --time-zone`,
    'No variable is read from a file in the working directory. A token goes to its own endpoint and nowhere else.',
  ],
};
