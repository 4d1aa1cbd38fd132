/** The JSON Schema of policies (draft 2020-12), for editors and other tools. Made from the same shape as the reader's errors. */
import { textOf } from './accepted.js';
import { POLICY_SHAPE } from './policy-shape.js';
import type { ObjectShape, Part, SchemaPart, Shape } from './shape.js';

/** Where the package has it, from the folder of a policy beside `node_modules`. */
export const POLICY_SCHEMA_FILE = 'policy.schema.json';

export function policySchema(): SchemaPart {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Policy of mailcheck',
    description: 'By which limits mailcheck check judges, and so do mailcheck queue and mailcheck relay.',
    ...schemaOf(POLICY_SHAPE),
  };
}

function schemaOf(shape: Shape): SchemaPart {
  switch (shape.kind) {
    case 'leaf':
      return shape.schema;
    case 'list':
      return {
        type: 'array',
        items: schemaOf(shape.of),
        ...(shape.least === 0 ? {} : { minItems: shape.least }),
        maxItems: shape.most,
      };
    case 'object':
      return objectSchema(shape);
  }
}

function objectSchema({ parts, required, mayBeEmpty, together }: ObjectShape): SchemaPart {
  return {
    type: mayBeEmpty ? ['object', 'null'] : 'object',
    properties: Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, partSchema(part)])),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    ...together?.schema,
  };
}

function partSchema({ shape, says, usual }: Part): SchemaPart {
  return {
    ...(says === '' ? {} : { description: usual === undefined ? says : `${says} Default ${textOf(usual)}.` }),
    ...schemaOf(shape),
    ...(usual === undefined ? {} : { default: usual }),
  };
}
