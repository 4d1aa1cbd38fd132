/** Which services come first, by whatever name they are known. */
import { expect, test } from 'vitest';

import {
  compareServices,
  nameOfIssueService,
  nameOfService,
  serviceRank,
  tierOfIssue,
} from '#mailflow/health/known-service.js';

import { overview } from './issues.js';

test.each([
  ['Exchange Online', 'exchange'],
  ['EXCHANGE ONLINE', 'exchange'],
  ['Exchange', 'exchange'],
  ['OSDPPlatform', 'suite'],
  ['Microsoft 365 suite', 'suite'],
  ['OrgLiveID', 'identity'],
  ['Identity Service', 'identity'],
  ['Microsoft Entra', 'identity'],
  ['Microsoft365Defender', 'defender'],
  ['Microsoft Defender XDR', 'defender'],
  ['Microsoft Defender for Cloud Apps', null],
  ['Microsoft Teams', 'teams'],
  ['SharePoint Online', 'sharepoint'],
  ['OneDrive for Business', 'onedrive'],
  ['Microsoft 365 admin center', 'portal'],
  ['Power BI', null],
  ['', null],
])('%s is %s', (service, expected) => {
  expect(nameOfService({ service })).toBe(expected);
  expect(nameOfService({ id: service, service: 'Renamed by Contoso' })).toBe(expected);
});

test('ours come first, then spillover, then the rest by name', () => {
  const names = [
    'Yammer',
    'SharePoint Online',
    'Microsoft Teams',
    'Microsoft Defender XDR',
    'Bookings',
    'Identity Service',
    'Microsoft 365 suite',
    'Exchange Online',
  ];
  expect(
    names
      .map((name) => overview(name))
      .sort(compareServices)
      .map(({ service }) => service),
  ).toEqual([
    'Exchange Online',
    'Microsoft 365 suite',
    'Identity Service',
    'Microsoft Defender XDR',
    'Microsoft Teams',
    'SharePoint Online',
    'Bookings',
    'Yammer',
  ]);
  expect(serviceRank('Bookings')).toBe(serviceRank('Yammer'));
});

test('an issue is known by its letters where its service has a new name', () => {
  expect(nameOfIssueService({ id: 'mo1000001', service: 'Everything 365' })).toBe('suite');
  expect(tierOfIssue({ id: 'MO1000001', service: 'Everything 365' })).toBe('core');
  // Its name goes first: letters are a custom.
  expect(nameOfIssueService({ id: 'MO1000001', service: 'Exchange Online' })).toBe('exchange');
  expect(nameOfIssueService({ id: 'MONDAY', service: 'Everything 365' })).toBeNull();
});
