import { stringify } from 'yaml'
import { configFields, sizeText, type ConfigField } from './fields.ts'

const WIDTH = 100

/**
 * The text of a flowlens.yaml in which every setting stands with its documentation and default. Defaults are commented out, so the
 * file means the same as an empty one, and a better default of a later FlowLens takes effect.
 */
export function exampleYaml(): string {
  const heading = wrap(
    'The settings of FlowLens, each with its default. To change one, take away the # before it. The file is read again when it changes; `flowlens config check` tells its mistakes.',
    '',
  )
  return [...heading, ...configFields().flatMap(field => ['', ...linesOf(field, '')]), ''].join('\n')
}

function linesOf(field: ConfigField, indent: string): readonly string[] {
  const doc = wrap(describe(field), indent)
  const off = `${indent}#${field.key}:`
  switch (field.kind) {
    case 'object': {
      // Sections stand uncommented, so that a key below has its place; an empty section counts as absent.
      const heading = field.default === undefined ? off : `${indent}${field.key}:`
      return [...doc, heading, ...field.fields.flatMap(below => linesOf(below, field.default === undefined ? `${indent}#  ` : `${indent}  `))]
    }
    case 'list': {
      const items = Array.isArray(field.default) ? field.default : []
      const keys = field.fields.flatMap(below => keyOf(below, indent, '  '))
      return [...doc, ...keys, off, ...items.map(item => `${indent}#  - ${flow(item)}`)]
    }
    case 'value': {
      if (field.default === undefined) return [...doc, off]
      const size = field.key.endsWith('Bytes') && typeof field.default === 'number' ? ` # ${sizeText(field.default)}` : ''
      return [...doc, `${off} ${flow(field.default)}${size}`]
    }
    default:
      return field.kind satisfies never
  }
}

/** A key of a list's items, and the keys below it. */
function keyOf(field: ConfigField, indent: string, hanging: string): readonly string[] {
  return [...wrap(`${field.key}: ${describe(field)}`, indent, hanging), ...field.fields.flatMap(below => keyOf(below, indent, `${hanging}  `))]
}

function describe(field: ConfigField): string {
  const bounds = [field.kind === 'value' && field.type !== 'text' ? field.type : '', field.required ? 'needed' : ''].filter(text => text !== '')
  return bounds.length === 0 ? field.doc : `${field.doc} (${bounds.join('; ')})`
}

/** A value on one line; block lists would make a commented example hard to uncomment. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, singleQuote: true, flowCollectionPadding: true }).trimEnd()
}

function wrap(text: string, indent: string, hanging = ''): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + word.length > WIDTH) {
      lines.push(line)
      line = hanging
    }
    line += line.trim() === '' ? word : ` ${word}`
  }
  return [...lines, line].map((content, number) => `${indent}# ${number === 0 ? hanging : ''}${content}`)
}
