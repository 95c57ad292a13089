/** What to write into flowlens.yaml so that an element nobody knows fills a column from then on. */
import type { UnknownElement } from './answers.ts'

/** The custom columns for numbers are counts of 64 bits. */
const NUMBER_BYTES = 8

/** Bytes of a sample; null where it is none or not hexadecimal. */
function bytesOf(sample: string | null): readonly number[] | null {
  if (sample === null || sample === '' || sample.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(sample)) return null
  return (sample.match(/../g) ?? []).map(pair => Number.parseInt(pair, 16))
}

/** Bytes in pairs, as they came: `00 00 1f 90`. */
export const hexadecimal = (sample: string): string => sample.replace(/(..)(?=.)/g, '$1 ')

/** A sample as a person would guess it: text if all of it is printable, else a number if it is short; null if neither. */
export function guess(sample: string | null): string | null {
  const bytes = bytesOf(sample)
  if (bytes === null) return null
  const end = bytes.findLastIndex(byte => byte !== 0) + 1
  const text = bytes.slice(0, end)
  if (end >= 2 && text.every(byte => byte >= 0x20 && byte < 0x7f)) return `“${String.fromCharCode(...text)}”`
  return bytes.length <= NUMBER_BYTES ? bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n).toString() : null
}

const quoted = (text: string): string => (/^[\d.]+$/.test(text) ? text : JSON.stringify(text))

/** The lines to paste: the element onto the first custom column its values fit. */
export function mappingYaml(address: string, { element, length, sample }: Pick<UnknownElement, 'element' | 'length' | 'sample'>): string {
  const isText = length > NUMBER_BYTES || (guess(sample) ?? '').startsWith('“')
  return [
    'exporters:',
    `  - match: [${quoted(address)}]`,
    '    fields:',
    `      - element: ${/^[\w:/]+$/.test(element) ? element : JSON.stringify(element)}`,
    `        column: ${isText ? 'custom_text_1' : 'custom_number_1'}`,
    // Said always: the registry may know the element by another type than its values have.
    `        type: ${isText ? 'string' : 'unsigned64'}`,
  ].join('\n')
}
