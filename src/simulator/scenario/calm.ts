import type { Scenario } from './scenario.js';

export const CALM: Scenario = {
  name: 'calm',
  title: 'An ordinary working day: unknown recipients, full mailboxes, greylisting, nothing more',
  issueId: null,
  began: new Date('2026-03-11T13:00:00Z'),
  localHourAtStart: 9,
  tellingMinute: 300,
  firstSymptomMinute: null,
  phases: [],
  edgeReply: null,
  turnsAwayAt: 'greeting',
  issues: [],
  notices: [],
};
