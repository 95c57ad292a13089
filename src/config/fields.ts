import { z } from 'zod'
import { configSchema } from './schema.ts'

export interface ConfigField {
  /** The key in its object. */
  readonly key: string
  /** Keys from the top, joined by dots; `[]` stands for each item of a list. */
  readonly path: string
  readonly doc: string
  /** What may stand there, in words: `whole number 1 to 64`, `text`, `auto, recvmmsg or dgram`. */
  readonly type: string
  /** The value without the key; undefined where the key is left out by default. */
  readonly default: unknown
  /** Whether the key must stand in the file when its object does. */
  readonly required: boolean
  /** Keys below it, of an object or of each item of a list of objects. */
  readonly fields: readonly ConfigField[]
  readonly kind: 'object' | 'list' | 'value'
}

/** JSON Schema (draft 2020-12) of flowlens.yaml, for editors. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(configSchema, { io: 'input' })
}

/** The fields of flowlens.yaml in the order of the schema, with their documentation. */
export function configFields(): readonly ConfigField[] {
  return fieldsOf(configJsonSchema(), '', configSchema.parse({}))
}

/** The keys allowed in the object at a path of a configuration. */
export function keysAt(path: readonly (string | number)[]): readonly string[] {
  let fields = configFields()
  for (const part of path) {
    if (typeof part === 'number') continue
    fields = fields.find(field => field.key === part)?.fields ?? []
  }
  return fields.map(field => field.key)
}

type Node = z.core.JSONSchema.BaseSchema

function fieldsOf(node: Node, prefix: string, defaults: unknown): readonly ConfigField[] {
  const required = new Set(node.required ?? [])
  return Object.entries(node.properties ?? {}).map(([key, property]) => {
    const field = nodeOf(property)
    const path = prefix === '' ? key : `${prefix}.${key}`
    const value = valueAt(defaults, key) ?? field.default
    const shared = {
      key,
      path,
      doc: field.description ?? '',
      type: typeOf(field, key.endsWith('Bytes') ? sizeText : String),
      default: value,
      required: required.has(key),
    }
    const item = field.type === 'array' ? nodeOf(field.items) : undefined
    if (field.type === 'object') return { ...shared, kind: 'object', fields: fieldsOf(field, path, value) }
    if (item?.type === 'object') return { ...shared, kind: 'list', fields: fieldsOf(item, `${path}[]`, undefined) }
    return { ...shared, kind: 'value', fields: [] }
  })
}

function nodeOf(schema: unknown): Node {
  if (typeof schema !== 'object' || schema === null) throw new Error('the configuration schema has a part without a type')
  return schema as Node
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined
}

/** A number of bytes as people say it, where it is a round one: `32 MiB`, `20 GB`; other numbers as digits. */
export function sizeText(bytes: number): string {
  const units = [
    ['GiB', 1024 ** 3],
    ['GB', 1000 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const
  const unit = bytes === 0 ? undefined : units.find(([, size]) => bytes % size === 0)
  return unit === undefined ? String(bytes) : `${bytes / unit[1]} ${unit[0]}`
}

function typeOf(node: Node, text: (value: number) => string = String): string {
  if (node.enum !== undefined) {
    const names = node.enum.map(String)
    return names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(', ')} or ${String(names.at(-1))}`
  }
  switch (node.type) {
    case 'object':
      return 'settings'
    case 'array': {
      const item = nodeOf(node.items)
      return item.type === 'object' ? 'list of settings' : `list of ${typeOf(item)}`
    }
    case 'boolean':
      return 'true or false'
    case 'integer':
      return `whole number${limitsOf(node, text)}`
    case 'number':
      return `number${limitsOf(node, text)}`
    default:
      return 'text'
  }
}

function limitsOf({ minimum, maximum, exclusiveMinimum }: Node, text: (value: number) => string): string {
  // zod states the limits of a safe integer on every whole number; to a reader they are none.
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${text(maximum)}`
  if (typeof exclusiveMinimum === 'number') return ` above ${text(exclusiveMinimum)}${most}`
  if (minimum === undefined || minimum === Number.MIN_SAFE_INTEGER) return ''
  return most === '' ? ` from ${text(minimum)}` : ` ${text(minimum)}${most}`
}
