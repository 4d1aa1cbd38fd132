import { parseServiceUrl, type ServiceOrigin, type ServiceWords } from '../http/service.js';

export const EXCHANGE_WORDS: ServiceWords = {
  name: 'the Exchange admin endpoint',
  urlFlag: '--exchange-url',
  urlVariable: 'MAILCHECK_EXCHANGE_URL',
  exampleUrl: 'https://outlook.office365.com',
};

export function parseExchangeUrl(given: string): ServiceOrigin {
  return parseServiceUrl(given, EXCHANGE_WORDS);
}
