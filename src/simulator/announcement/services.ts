import type { Announcements, SimulatedService } from './announcement.js';

/** Names as tenants show them; they depend on licences and change over the years. */
export const SERVICES: readonly SimulatedService[] = [
  { id: 'Bookings', service: 'Microsoft Bookings' },
  { id: 'Exchange', service: 'Exchange Online' },
  { id: 'Forms', service: 'Microsoft Forms' },
  { id: 'Intune', service: 'Microsoft Intune' },
  { id: 'Microsoft365Defender', service: 'Microsoft Defender XDR' },
  { id: 'MicrosoftFlow', service: 'Power Automate' },
  { id: 'O365Client', service: 'Microsoft 365 apps' },
  { id: 'OneDriveForBusiness', service: 'OneDrive for Business' },
  { id: 'OrgLiveID', service: 'Microsoft Entra' },
  { id: 'OSDPPlatform', service: 'Microsoft 365 suite' },
  { id: 'Planner', service: 'Planner' },
  { id: 'PowerBIcom', service: 'Power BI' },
  { id: 'RMS', service: 'Azure Information Protection' },
  { id: 'SharePoint', service: 'SharePoint Online' },
  { id: 'cloudappsecurity', service: 'Microsoft Defender for Cloud Apps' },
  { id: 'microsoftteams', service: 'Microsoft Teams' },
  { id: 'officeonline', service: 'Microsoft 365 for the web' },
  { id: 'yammer', service: 'Viva Engage' },
];

/** A tenant of which nothing was ever announced. */
export const NOTHING_ANNOUNCED: Announcements = { services: SERVICES, issues: [], messages: [], notices: [] };
