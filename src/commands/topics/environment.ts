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
    'Other ways, chosen by name and never by trying one after another (mailcheck login writes them down)',
    `  MAILCHECK_PROFILE        the profile where --profile names none
  MAILCHECK_SIGN_IN        client-secret, certificate, managed-identity,
                           federated-token, github, azure-pipelines,
                           device-code, browser or azure-cli
  MAILCHECK_IDENTITY_OBJECT_ID, MAILCHECK_IDENTITY_RESOURCE_ID
                           a user-assigned identity, where AZURE_CLIENT_ID does
                           not name it
  MAILCHECK_SECRET_FILE    file of mode 600 with the secret; - is stdin
  MAILCHECK_CERTIFICATE_PASSWORD_FILE
                           file of mode 600 with the password of the key
  MAILCHECK_KEEP_TOKEN     1 keeps access tokens in a private file
  AZURE_FEDERATED_TOKEN_FILE
                           of a pod with workload identity
  ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN
                           of a GitHub job with id-token: write
  SYSTEM_OIDCREQUESTURI, SYSTEM_ACCESSTOKEN,
  AZURESUBSCRIPTION_SERVICE_CONNECTION_ID
                           of a job of Azure Pipelines`,
    'Flags go before the environment, and that before the profile. A profile that --profile names goes before variables that say who signs in. Where AZURE_CLIENT_ID names another app than the default profile, the environment also says how that app signs in.',
    'What the app registration must be allowed stands in mailcheck help permissions.',
    'Clouds: --cloud chooses sign-in, Graph and Exchange together',
    `  worldwide  login.microsoftonline.com   graph.microsoft.com
             outlook.office365.com       (GCC as well)
  gcc-high   login.microsoftonline.us    outlook.office365.us
  dod        login.microsoftonline.us    webmail.apps.mil
  china      login.chinacloudapi.cn      partner.outlook.cn`,
    'Graph has message trace in the worldwide cloud only; --via auto asks Exchange in the others, and in this one when Graph does not answer. Exchange is asked by the GUID of the tenant: where AZURE_TENANT_ID (or --tenant) is a domain, the GUID is looked up at the sign-in service.',
    'Pointing it elsewhere (tests, proxies, drills)',
    `  MAILCHECK_GRAPH_URL      base of another Graph; http for loopback only
  MAILCHECK_EXCHANGE_URL   base of another Exchange admin endpoint
  MAILCHECK_GRAPH_TOKEN    a ready token for Graph; nothing signs in
  MAILCHECK_EXCHANGE_TOKEN a ready token for Exchange; AZURE_TENANT_ID is
                           needed all the same
  MAILCHECK_STATUS_URL     base of another public status page; no token goes
                           there
  MAILCHECK_CONTROL_URL    base of a host that has nothing to do with Microsoft;
                           default https://www.gstatic.com
  MAILCHECK_MAIL_HOST      HOST:PORT of a mail server whose greeting is read, in
                           place of the mail hosts of your domains
  MAILCHECK_CONTROL_MAIL_HOST
                           HOST:PORT of a mail server that has to do with
                           nobody, tried before others are blamed; default
                           gmail-smtp-in.l.google.com:25
  MAILCHECK_DNS_SERVER     resolvers in place of those of this machine, as
                           192.0.2.53 [2001:db8::53]:5353
  MAILCHECK_MAIL_DETOUR    ADDRESS:PORT=127.0.0.1:PORT, several with blanks
                           between them: where connectors probe connects
                           instead, to mail hosts and to the web servers of
                           MTA-STS policies; other addresses then refuse
  MAILCHECK_RELAY_FILE     a queue or log of a relay, which relay reads when it
                           is given neither --file nor --run
  MAILCHECK_CA_FILE        PEM to trust beside the usual roots
  MAILCHECK_SOURCE_LABEL   drill: answers are marked as from a simulated tenant`,
    'Name Graph and Exchange both, or neither: where one alone is named, --via auto does not turn to the other, which could be of another tenant; nor does it with a ready token for Graph and none for Exchange, which would ask as somebody else.',
    'The status page tells of the worldwide cloud; the control host tells a trouble of this network from one of Microsoft, so name one that your network lets through. Plain http is for loopback with all of these.',
    'Proxies and certificates, as other programs read them',
    `  HTTPS_PROXY, ALL_PROXY   http://[USER:PASSWORD@]HOST:PORT on the way to the
                           services; small letters go before capitals
  NO_PROXY                 hosts that need none, with all below them; this
                           machine never does
  NODE_EXTRA_CA_CERTS      PEM to trust as well`,
    'A proxy sees the names of hosts and nothing else: what goes through it is encrypted for the service, unless you trust an authority with which it opens that. A user or password with signs is written as in a URL: @ as %40, / as %2F. Mail hosts and name servers are asked beside the proxy, directly: neither is HTTP. NODE_USE_ENV_PROXY changes nothing of this; --use-system-ca of Node 22.15 and later is honoured. With NODE_TLS_REJECT_UNAUTHORIZED=0 nothing is asked over https.',
    'What is kept between runs',
    `  MAILCHECK_HOME           folder of its own for it; default
                           $XDG_STATE_HOME/mailcheck, else
                           ~/.local/state/mailcheck, on Windows
                           %LOCALAPPDATA%\\mailcheck (mailcheck help files)`,
    'The screen',
    `  NO_COLOR, FORCE_COLOR    as usual; --color always|never is stronger
  COLUMNS                  width when there is no terminal
  TZ                       default of --time-zone`,
    'In a step of GitHub Actions, which sets them, --format github adds to the files of',
    `  GITHUB_STEP_SUMMARY      a summary, as Markdown
  GITHUB_OUTPUT            level, exit-code and sentence`,
    'No variable is read from a file in the working directory. A token goes to its own endpoint and nowhere else.',
    'No secret is shown or logged, at any level: DEBUG and AZURE_LOG_LEVEL, with which libraries would tell of requests, change nothing here, and what a service or a bug says is told without secrets. NODE_DEBUG is of Node.js itself: with http or net it prints whole requests with their tokens, so mind where that goes.',
  ],
};
