import type { Topic } from '#cli/topic.js';

export const permissions: Topic = {
  name: 'permissions',
  summary: 'What the app registration must be allowed, for Graph and for Exchange',
  paragraphs: [
    'One app registration, and one of two ways to ask for traces. Give it what the way needs and no more.',
    'Through Microsoft Graph (--via graph, the default)',
    'The application permission ExchangeMessageTrace.Read.All of Microsoft Graph, with admin consent; and once for the tenant the service principal 8bd644d1-64a1-4d4b-ae52-2e0cbf64e373, through which Microsoft serves message trace. In PowerShell:',
    `  Connect-MgGraph -Scopes Application.ReadWrite.All
  New-MgServicePrincipal -AppId 8bd644d1-64a1-4d4b-ae52-2e0cbf64e373`,
    'Its creation can take hours to be known everywhere; until then the service answers 401 and mailcheck says so.',
    'Through Exchange (--via exchange; in the clouds gcc-high, dod and china the only way)',
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
    'mailcheck asks Exchange one question at a time, at most one a second.',
    'Try them on the simulated tenant, without any permission:',
    `  mailcheck trace --drill --via exchange --since 30m --sample 3
  mailcheck connectors --drill`,
    'Exports (--file) and drills (--drill) need no permission at all.',
  ],
};
