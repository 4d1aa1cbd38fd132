import type { Topic } from '#cli/topic.js';

import { TRACE_APP_ID } from './least-permissions.js';
import { azureScript, permissionScript } from './permission-script.js';

export const permissions: Topic = {
  name: 'permissions',
  summary: 'What the app registration must be allowed, for Graph and for Exchange',
  paragraphs: [
    'One app registration, and for traces two ways to ask. Give it what you use and no more; with both ways, one answers when the other is down.',
    'Through Microsoft Graph (--via graph; where --via auto, the default, asks first)',
    `The application permission ExchangeMessageTrace.Read.All of Microsoft Graph, with admin consent; and once for the tenant the service principal ${TRACE_APP_ID}, through which Microsoft serves message trace. In PowerShell:`,
    `  Connect-MgGraph -Scopes Application.ReadWrite.All
  New-MgServicePrincipal -AppId ${TRACE_APP_ID}`,
    'Its creation can take hours to be known everywhere; until then the service answers 401 and mailcheck says so.',
    'Through Exchange (--via exchange; where --via auto asks when Graph does not begin to answer; in the clouds gcc-high, dod and china the only way)',
    'Both of these; one without the other admits nobody:',
    `  1. the application permission Exchange.ManageAsApp of "Office 365 Exchange
     Online", with admin consent; without it the answer is 401
  2. a role for the service principal of the app: the Entra role Global
     Reader, or an Exchange role group with Message Tracking and View-Only
     Recipients; without it the answer is 403`,
    'What the app may do is decided by the role, so do not give it Exchange Administrator: mailcheck only reads. For traces it runs two cmdlets, Get-MessageTraceV2 and Get-MessageTraceDetailV2; with a role that has the first one only, mail is counted and reasons stay unread.',
    'For connectors (always through Exchange)',
    'The same permission Exchange.ManageAsApp, and as a role Global Reader, or an Exchange role group with View-Only Configuration. In PowerShell:',
    `  Connect-ExchangeOnline
  New-ServicePrincipal -AppId APP -ObjectId OBJECT -DisplayName mailcheck
  New-RoleGroup -Name mailcheck -Roles "View-Only Configuration"
  Add-RoleGroupMember mailcheck -Member OBJECT`,
    'It runs Get-InboundConnector, Get-OutboundConnector, Get-AcceptedDomain, Get-TransportConfig, Get-TransportRule and, where servers of your own send through a connector, Get-OnPremServerReportInfo. Where a role lacks one of them the rest is told, with a gap that names it; Get-ManagementRole -Cmdlet NAME lists the roles that have it.',
    'connectors probe asks the same to learn smart hosts and domains, and nothing at all where --host or --domain names what to probe: nobody signs in then. Mail servers are asked without any credential. With --confirm it reads message traces through Exchange as well, which needs the role for them.',
    'status asks for connectors as well where Exchange goes with Graph; without the permission it says so in one line, and its code stays.',
    'check asks what its enabled checks need, each with the permission of the command of that name: traces, service health, connectors. A check that may not ask is unknown where it is required (code 3), else skipped; where nothing that is needed may be asked, the code is 4.',
    'queue, trace and trace show ask for MessageExpiration alone (Get-TransportConfig), once a day: with a role that lacks it, or without any right for Exchange, they assume 24 h, say so, and miss nothing else.',
    'mailcheck asks Exchange one question at a time, at most one a second.',
    'By itself (--via auto) it turns to Exchange when Graph’s trace cannot be reached, fails, gives no answer in half of the time, or lacks its permission or service principal; it says so, and the answer names its source as exchange. It does not for a pause that Graph asks for, a refused sign-in, a wrong setting, or a network of ours that leads nowhere: Exchange would not fare better. When neither answers, both are told; the exit code is 4 only when both refused. A list that breaks off in the middle keeps its gap.',
    'Service health (health, health show) and the message centre (health messages), through Graph in every cloud',
    `  1. ServiceHealth.Read.All of Microsoft Graph for health, with admin consent
  2. ServiceMessage.Read.All for health messages only; leave it out if you do
     not read them`,
    'Both exist as application and as delegated permissions. With delegated access the person who signs in needs a role as well that may see service health, such as Global Reader, Service Support Administrator or Message Center Reader; without it the answer is 403. mailcheck changes nothing there: it marks nothing as read and archives nothing.',
    'status asks for both, traces and service health. Where one of them is refused it says so, tells what the other shows, and exits 3; where both are, 4.',
    'A person who signs in (login --kind device-code or browser) needs the same as delegated permissions: those of Graph by the same names, and of Exchange Exchange.Manage; and a role of their own that may look, as Global Reader, for through the app they may do what their role allows. The app registration needs "Allow public client flows", and http://localhost under "Mobile and desktop applications". A managed identity is given the application permissions and the role itself; no app is made for it. The Azure CLI asks as an app of Microsoft, which may rarely read any of this.',
    'The whole set-up as one script for an administrator, in PowerShell 7 with the modules Microsoft.Graph and ExchangeOnlineManagement. It creates the app, its certificate, the service principal of message trace, the permissions, and roles of Exchange that hold nothing but what mailcheck runs. Leave ServiceMessage.Read.All out if nobody reads the message centre, and Exchange.ManageAsApp with all of part 2 if Exchange is not to be asked:',
    copyable(permissionScript()),
    'Part 1 with the Azure CLI, for Graph alone, by certificate:',
    copyable(azureScript()),
    'Then let mailcheck doctor look; a permission, a role or the principal can take hours to be known everywhere.',
    'Try them on the simulated tenant, without any permission:',
    `  mailcheck trace --drill --via exchange --since 30m --sample 3
  mailcheck connectors --drill
  mailcheck connectors probe --drill --host mail.contoso.example`,
    'Exports (--file) and drills (--drill) need no permission at all.',
  ],
};

function copyable(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
}
