/** All that an app registration needs for mailcheck, and nothing that changes anything. The script and the topic are made of it. */

/** Microsoft's own app behind message trace; its service principal must be in the tenant. */
export const TRACE_APP_ID = '8bd644d1-64a1-4d4b-ae52-2e0cbf64e373';

export interface Api {
  /** As the tenant shows it. Looked up by name: its id has been another one in different clouds and papers. */
  readonly api: string;
  readonly permissions: readonly string[];
  /** The same for people who sign in themselves. */
  readonly delegated: readonly string[];
}

const GRAPH = ['ExchangeMessageTrace.Read.All', 'ServiceHealth.Read.All', 'ServiceMessage.Read.All'] as const;

export const APIS: readonly Api[] = [
  {
    api: 'Microsoft Graph',
    permissions: GRAPH,
    delegated: GRAPH,
  },
  {
    api: 'Office 365 Exchange Online',
    permissions: ['Exchange.ManageAsApp'],
    delegated: ['Exchange.Manage'],
  },
];

/** Roles of Exchange that only look. */
export const VIEW_ROLES = ['View-Only Configuration', 'View-Only Recipients', 'Message Tracking'] as const;

/** What is run in Exchange; each only reads. */
export const CMDLETS = [
  'Get-MessageTraceV2',
  'Get-MessageTraceDetailV2',
  'Get-InboundConnector',
  'Get-OutboundConnector',
  'Get-AcceptedDomain',
  'Get-TransportConfig',
  'Get-TransportRule',
  'Get-OnPremServerReportInfo',
] as const;
