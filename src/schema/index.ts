/**
 * The schema: what a flow is. In: nothing. Out: the columns declared once, the batch they travel in, the block that batch
 * becomes on disk, and the table of errors. Free of Node, so the browser uses the same declaration. How a kind is stored or
 * shown belongs to the rooms that store and show.
 */
export {
  COLUMNS,
  STORED_COLUMNS,
  GROUPS,
  MEASURED_GROUPS,
  NOTES,
  columnByName,
  type Column,
  type ColumnName,
  type ElementRef,
  type Group,
  type MeasuredGroup,
} from './columns.ts'
export { KINDS, layoutOf, type Kind, type Layout } from './kinds.ts'
export {
  FlowBatch,
  Dictionary,
  MAX_ROWS,
  MAX_CODES,
  COLUMN_INDEX,
  indexOf,
  columnLayout,
  columnView,
  layoutsOf,
  widthOf,
  type ColumnArray,
  type DictionaryValue,
  type SealedBatch,
} from './batch.ts'
export { encodeBlock, parseBlock, type Block, type BlockColumn } from './native-block.ts'
export { blockOf } from './batch-block.ts'
export { MAPPED, MAPPED_END, isV4, printAddress, printV4, readAddress, readPrefix, readV4, readV6, type Prefix } from './addresses.ts'
export { closest } from './closest.ts'
export { ERRORS, FlowLensError, toError, type ErrorCode, type ErrorEntry } from './errors.ts'
export { PROTOCOLS, protocolName, protocolNumber } from './names/protocols.ts'
export { SERVICES, serviceName, servicePort, type Service } from './names/services.ts'
export { COUNTRIES, isCountry } from './names/countries.ts'
export { icmpCodeName, icmpTypeName, namedValues, valueName, valueNamed, type NamedValue } from './names/values.ts'
