/**
 * Applications and categories: what FlowLens knows by itself. In: a port, a protocol, a server's name, what an exporter said. Out:
 * the number of an application, its name and category. One table, made when the thread starts; nothing here changes later.
 */
export { CATEGORIES, type Category } from './categories.ts'
export { APPLICATIONS, type Application } from './table.ts'
export { NUMBERS, applicationOf, byPort, byProtocol, numberOfName, numberOfServer } from './catalog.ts'
export { numberOfId } from './application-id.ts'
export { spokenApplication, spokenCategory } from './spoken.ts'
