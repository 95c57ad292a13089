/** What completes a filter, apart from what reads one: it is loaded when a person first types. */
export { complete } from '../../../src/filter/index.ts'
