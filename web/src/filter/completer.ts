/** What completes a filter, apart from what reads one: it is loaded when a person first types. */
export { complete } from '../../../src/query/filter/index.ts'
