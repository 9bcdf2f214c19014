/** The type of a cast that nobody wrote, as the text of a view shows it: in standard SQL, with the lengths and the character set of texts. */

import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability, withoutAttribute } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import type { DataType } from '../parser/ast.ts';
import { parseDataType } from '../parser/parser.ts';

/** CAST names no nullability of its own, only that of fields. */
export function castType(type: LogicalType): DataType {
  return standard(parseDataType(typeText(withNullability(withoutAttribute(type), true))));
}

function standard(type: DataType): DataType {
  switch (type.kind) {
    case 'SimpleDataType':
      if (type.name === 'STRING') return standard({ ...type, name: 'VARCHAR', precision: MAX_LENGTH });
      if (type.name === 'BYTES') return { ...type, name: 'VARBINARY', precision: MAX_LENGTH };
      if (type.name === 'TIMESTAMP_LTZ') return { ...type, name: 'TIMESTAMP WITH LOCAL TIME ZONE' };
      if (type.name !== 'CHAR' && type.name !== 'VARCHAR') return type;
      return { ...type, charset: { kind: 'Identifier', span: type.span, name: 'UTF-16LE' } };
    case 'CollectionDataType':
      return { ...type, element: standard(type.element), isPostfix: true };
    case 'MapDataType':
      return { ...type, key: standard(type.key), value: standard(type.value) };
    case 'RowDataType': {
      const fields = type.fields.map((field) => ({ ...field, type: standard(field.type) }));
      return { ...type, fields, isParenthesised: true };
    }
    default:
      return type;
  }
}
