/**
 * The filter language: one condition on one flow row. In: the text of a filter, and what it may refer to. Out: a frozen tree, its
 * canonical text, notes or an error with its place; from a tree a condition in SQL and the same condition over blocks in memory.
 * Always holds: parsing what is printed gives the same tree; no input becomes SQL text; both back ends keep the same rows.
 * Free of Node, so the browser uses it as it is. Range, grouping and order belong to the Query; running SQL to the store; fetching
 * stored values for completion to the API.
 */
export { parse, type Parsed } from './parse.ts'
export { print, printText } from './print.ts'
export { LIMITS, type ParseContext } from './state.ts'
export { tokenize, type Token } from './tokens.ts'
export { describe, renderError, toFlowLensError, NOTE_CODES, type FilterCode, type FilterError, type Note, type NoteCode, type Span } from './errors.ts'
export { FIELDS, type Field, type Fields } from './fields.ts'
export { and, walk, type Filter, type Scalar, type SetItem, type Term, type Test, type TestOp, type Value } from './tree.ts'
export { printAddress, readAddress } from '../schema/index.ts'
export { columnSql, fieldsUsed, storedUsed } from './columns.ts'
export { BANDS_A_DECADE, bandFilter, bandsOf, type Band } from './bands.ts'
export { createParameters, type ParameterValue, type Parameters } from './parameters.ts'
export { compileToSql, type CompiledSql, type SqlContext } from './compile-sql.ts'
export { resolve } from './saved.ts'
export { compileToPredicate, type Predicate, type PredicateContext } from './compile-predicate.ts'
export { addTerm, negateChip, removeChip, replaceChip, switchChip, termOf, toChips, type ChipPath, type Chips, type GroupChip, type TermChip } from './chips.ts'
export { complete, type CompleteContext, type Completed, type Completion, type StoredValue, type WantedValues } from './complete.ts'
