/** `flowlens collect` stands beside `serve`, with which it shares its running. */
export { collect } from './serve.ts'
