/** VARIANTs: semi-structured values, made of JSON. */

import type { LogicalType } from '../../types/logical-type.ts';
import { defineBridging } from './define.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { forceNullable, nullIfAny } from './result-types.ts';

const bridging = defineBridging('variant');

const VARIANT: LogicalType = { root: 'VARIANT', nullable: false };
const FORMS = ['CHARACTER', 'CHARACTER BOOLEAN'];

export const VARIANT_FUNCTIONS: readonly FunctionDefinition[] = [
  bridging(
    'PARSE_JSON',
    'JSON as a VARIANT; a broken document fails the job, and so do repeated names unless the second argument is TRUE.',
    FORMS,
    nullIfAny(VARIANT),
    { acceptsNull: true },
  ),
  bridging(
    'TRY_PARSE_JSON',
    'JSON as a VARIANT; a broken document is NULL, and so is one with repeated names unless the second argument is TRUE.',
    FORMS,
    forceNullable(VARIANT),
  ),
];
