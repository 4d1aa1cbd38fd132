/** What a policy may hold: made from the catalogue, so that a setting is described in one place. */
import {
  patternLeaf,
  shapeOfSetting,
  spanLeaf,
  switchLeaf,
  wholeNumber,
  wholeNumberOrNone,
} from './accepted.js';
import { CATALOGUE } from './catalogue.js';
import { DEFAULT_CHECK_POLICY, DEFAULT_RUN_RULE } from './check-policy.js';
import { CHECK_IDS, type CheckId } from './check-settings.js';
import type { Setting } from './setting.js';
import type { Fields, ObjectShape, Part } from './shape.js';

export const POLICY_VERSION = 1;
export const DEFAULT_WINDOW_TEXT = '4h';
/** A policy whole, for errors and for help. */
export const POLICY_EXAMPLE = '{version: 1, checks: {held-mail: {warningHeld: 50}}}';

const MOST_RUNS = 20;
/** 15 minutes to 10 days, which is all that one question to the service may span. */
const WINDOW =
  '^(?:(?:1[5-9]|[2-9][0-9]|[1-9][0-9]{2})m|(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-3][0-9]|240)h|(?:[1-9]|10)d)$';
const DOMAIN = String.raw`^(?:[\p{L}\p{N}_-]{1,63}\.)+[\p{L}\p{N}-]{1,63}$`;

export const POLICY_SHAPE: ObjectShape = {
  kind: 'object',
  name: 'a policy',
  example: POLICY_EXAMPLE,
  parts: {
    $schema: {
      shape: patternLeaf({
        accepted: 'the address of a JSON Schema',
        example: './policy.schema.json',
        pattern: String.raw`^[^\u0000-\u001f\u007f]+$`,
        longest: 2_000,
      }),
      says: 'For editors; it changes nothing.',
      usual: undefined,
    },
    version: {
      shape: wholeNumber({ least: POLICY_VERSION, most: POLICY_VERSION, example: String(POLICY_VERSION) }),
      says: 'The version of this form.',
      usual: undefined,
    },
    window: {
      shape: patternLeaf({
        accepted: 'a span from 15m to 10d, as one number with m, h or d',
        example: DEFAULT_WINDOW_TEXT,
        pattern: WINDOW,
        longest: 10,
      }),
      says: 'How far back to look.',
      usual: DEFAULT_WINDOW_TEXT,
    },
    maxRequests: {
      shape: wholeNumberOrNone({ least: 1, example: '45' }),
      says: 'Requests in one run at most; null for what the command takes by default.',
      usual: DEFAULT_CHECK_POLICY.maxRequests,
    },
    ownDomains: {
      shape: {
        kind: 'list',
        accepted: 'a list of domains',
        example: '[contoso.example]',
        of: patternLeaf({
          accepted: 'a domain',
          example: 'contoso.example',
          pattern: DOMAIN,
          longest: 253,
        }),
        least: 0,
        most: 5_000,
      },
      says: 'Domains of the tenant, to tell inbound from outbound; with none the tenant is asked.',
      usual: DEFAULT_CHECK_POLICY.ownDomains,
    },
    for: {
      shape: runRuleShape(),
      says: 'How many runs must be bad before a check is reported bad, and how many good before it is over. Without kept runs, as on a fresh CI runner, one is enough.',
      usual: DEFAULT_RUN_RULE,
    },
    checks: {
      shape: {
        kind: 'object',
        name: '"checks"',
        example: '{held-mail: {warningHeld: 50}}',
        parts: Object.fromEntries(CHECK_IDS.map((id) => [id, checkPart(id)])),
        required: [],
        mayBeEmpty: true,
        together: null,
        definition: null,
      },
      says: 'The checks that are to differ from the usual.',
      usual: undefined,
    },
  },
  required: ['version'],
  mayBeEmpty: false,
  together: null,
  definition: null,
};

function checkPart(id: CheckId): Part {
  const { title, usual, isEnabled, isRequired, ...entry } = CATALOGUE[id];
  const settings: Readonly<Record<string, Setting>> = entry.settings;
  const usualByName: Fields = { ...usual };
  const parts = Object.entries(settings).map(([name, setting]): [string, Part] => [
    name,
    {
      shape: shapeOfSetting(setting, usualByName[name]),
      says: setting.says,
      usual: usualByName[name],
    },
  ]);
  return {
    shape: {
      kind: 'object',
      name: id,
      example: '{enabled: true}',
      parts: {
        enabled: {
          shape: switchLeaf(String(isEnabled)),
          says: 'Whether it is looked at.',
          usual: isEnabled,
        },
        required: {
          shape: switchLeaf(String(isRequired)),
          says: 'Whether the whole answer is unknown where it cannot tell.',
          usual: isRequired,
        },
        for: {
          shape: runRuleShape(),
          says: 'How many runs it takes, where that is not as for all.',
          usual: undefined,
        },
        ...Object.fromEntries(parts),
      },
      required: [],
      mayBeEmpty: true,
      together: null,
      definition: null,
    },
    says: `${title}.`,
    usual: undefined,
  };
}

/** A rule without one of its two numbers would lean on a default that stands elsewhere. */
function runRuleShape(): ObjectShape {
  const { bad, of, good, goodMinutes } = DEFAULT_RUN_RULE;
  const runs = (usual: number): ObjectShape['parts'][string]['shape'] =>
    wholeNumber({ least: 1, most: MOST_RUNS, example: String(usual) });
  return {
    kind: 'object',
    name: '"for"',
    example: '{bad: 3, of: 5}',
    parts: {
      bad: { shape: runs(bad), says: 'It is reported bad when so many…', usual: bad },
      of: { shape: runs(of), says: '…of the last runs that could tell were bad.', usual: of },
      good: { shape: runs(good), says: 'It is over after so many good runs running…', usual: good },
      goodMinutes: {
        shape: spanLeaf('minutes', String(goodMinutes)),
        says: '…that span so much time.',
        usual: goodMinutes,
      },
    },
    required: ['bad', 'of'],
    mayBeEmpty: true,
    together: {
      isGood: (given) => Number(given['bad']) <= Number(given['of']),
      wrong: 'asks for more bad runs than it looks at',
      cure: 'Give a "bad" that is not above "of", as for: {bad: 3, of: 5}',
      schema: {
        anyOf: Array.from({ length: MOST_RUNS }, (_, index) => ({
          properties: { of: { const: index + 1 }, bad: { type: 'integer', maximum: index + 1 } },
        })),
      },
    },
    definition: 'runRule',
  };
}
