/** Inputs that once broke something, as text: a line of hex digits a part. The file's name begins with its target's. */
import { createHash } from 'node:crypto'
import type { Input } from './mutate.ts'

export const printFound = (input: Input): string => `${input.map(part => Buffer.from(part).toString('hex')).join('\n')}\n`

export const readFound = (text: string): Input =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map(line => Uint8Array.from(Buffer.from(line, 'hex')))

export const foundName = (target: string, input: Input): string => `${target}.${createHash('sha256').update(printFound(input)).digest('hex').slice(0, 10)}.hex`
