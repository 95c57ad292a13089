/**
 * Applications and categories: what FlowLens knows by itself. In: a port, a protocol, a server's name, what an exporter said. Out:
 * the number of an application, its name and category. Holds always: one table, made when the thread starts, and nothing here
 * changes later; 0 is "not known". Which of them a flow is asked for, and in what order, is told beside (`classify.ts`).
 */
export { CATEGORIES, type Category } from './categories.ts'
export { APPLICATIONS, type Application } from './table.ts'
export { NUMBERS, applicationOf, byPort, byProtocol, numberOfName, numberOfServer } from './catalog.ts'
export { numberOfId } from './application-id.ts'
export { NBAR_SELECTORS } from './nbar.ts'
export { spokenApplication, spokenCategory } from './spoken.ts'
