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
    $defs: Object.fromEntries(definitionsIn(POLICY_SHAPE)),
  };
}

/** What stands in several places, once; a later one of the same name is the same. */
function definitionsIn({ parts }: ObjectShape): readonly (readonly [name: string, schema: SchemaPart])[] {
  return Object.values(parts).flatMap(({ shape }) => {
    if (shape.kind !== 'object') return [];
    const own = shape.definition === null ? [] : [[shape.definition, objectSchema(shape)] as const];
    return [...own, ...definitionsIn(shape)];
  });
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
      return shape.definition === null ? objectSchema(shape) : { $ref: `#/$defs/${shape.definition}` };
  }
}

function objectSchema({ parts, required, mayBeEmpty, together }: ObjectShape): SchemaPart {
  return {
    type: mayBeEmpty ? ['object', 'null'] : 'object',
    ...partsSchema(parts),
    ...(required.length === 0 ? {} : { required }),
    ...together?.schema,
  };
}

/** Words that all hold the same are named in one line. */
function partsSchema(parts: ObjectShape['parts']): SchemaPart {
  const [first, ...others] = Object.values(parts);
  if (first !== undefined && others.length > 0 && others.every((part) => part.shape === first.shape))
    return { propertyNames: { enum: Object.keys(parts) }, additionalProperties: partSchema(first) };
  const properties = Object.entries(parts).map(([key, part]) => [key, partSchema(part)] as const);
  return { properties: Object.fromEntries(properties), additionalProperties: false };
}

function partSchema({ shape, says, usual }: Part): SchemaPart {
  return {
    ...(says === '' ? {} : { description: usual === undefined ? says : `${says} Default ${textOf(usual)}.` }),
    ...schemaOf(shape),
    ...(usual === undefined ? {} : { default: usual }),
  };
}
