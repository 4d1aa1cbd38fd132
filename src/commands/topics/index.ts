import type { Topic } from '#cli/topic.js';

import { blindSpots } from './blind-spots.js';
import { ci } from './ci.js';
import { environment } from './environment.js';
import { exitCodes } from './exit-codes.js';
import { files } from './files.js';
import { formats } from './formats.js';
import { glossary } from './glossary.js';
import { outage } from './outage.js';
import { permissions } from './permissions.js';
import { rules } from './rules.js';

export const TOPICS: readonly Topic[] = [
  outage,
  exitCodes,
  formats,
  permissions,
  environment,
  files,
  rules,
  blindSpots,
  glossary,
  ci,
];
