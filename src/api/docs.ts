/** The documentation that ships with the running version: `docs/*.md` as pages, and the API as one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { escapeHtml, renderMarkdown } from './markdown.ts'
import { page } from './page.ts'

export interface Docs {
  /** The HTML of `/docs/<name>`; undefined when there is no such document. `index` is the start page. */
  page(name: string): string | undefined
  /** The HTML of `/docs/api` from the OpenAPI document. */
  api(document: unknown): string
}

interface Document {
  readonly name: string
  readonly title: string
  readonly text: string
}

/** Reads the directory once: documents ship with the program and do not change under it. A missing directory is an empty one. */
export function createDocs(directory: string): Docs {
  let files: string[]
  try {
    files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.md'))
      .map(file => file.replaceAll('\\', '/'))
      .toSorted()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    files = []
  }
  const documents = new Map<string, Document>(
    files.map(file => {
      const text = readFileSync(join(directory, file), 'utf8')
      const name = file
        .replace(/\.md$/, '')
        .replace(/(^|\/)(README|index)$/i, '$1index')
        .replace(/\/index$/, '')
      return [name, { name, title: /^#\s+(.*)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? name, text }]
    }),
  )

  const link = (href: string, title: string): string => `<a href="${escapeHtml(href)}">${escapeHtml(title)}</a>`
  const address = (name: string): string => (name === 'index' ? '/docs' : `/docs/${name}`)
  const nav = (): string => {
    let folder = ''
    let html = link('/', 'Console') + link('/docs', 'Documentation') + link('/docs/api', 'API')
    for (const { name, title } of documents.values()) {
      if (name === 'index') continue
      const at = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : ''
      if (at !== folder) {
        folder = at
        html += `<strong>${escapeHtml(at)}</strong>`
      }
      html += link(address(name), title)
    }
    return html
  }

  return {
    page(name) {
      const document = documents.get(name)
      if (document !== undefined) return page(document.title, nav(), renderMarkdown(document.text))
      if (name !== 'index') return undefined
      const list = [...documents.values()].map(({ name: at, title }) => `<li>${link(address(at), title)}</li>`).join('')
      return page('Documentation', nav(), `<h1>Documentation</h1><ul>${list}<li>${link('/docs/api', 'API')}</li></ul>`)
    },
    api: document => page('API', nav(), apiBody(document)),
  }
}

type Json = Readonly<Record<string, unknown>>
const object = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {})
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function typeOf(schema: Json): string {
  if (schema['enum'] !== undefined) return list(schema['enum']).join(' | ')
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  if (schema['anyOf'] !== undefined)
    return list(schema['anyOf'])
      .map(part => typeOf(object(part)))
      .join(' | ')
  if (schema['type'] === 'array') return `list of ${typeOf(object(schema['items']))}`
  return text(schema['type']) || 'any'
}

const rows = (fields: readonly (readonly [name: string, schema: Json, required: boolean])[]): string =>
  fields.length === 0
    ? ''
    : `<table><thead><tr><th>name</th><th>type</th><th>meaning</th></tr></thead><tbody>${fields
        .map(
          ([name, schema, required]) =>
            `<tr><td><code>${escapeHtml(name)}</code>${required ? '' : ' <span class="role">optional</span>'}</td><td>${escapeHtml(typeOf(schema))}</td><td>${escapeHtml(text(schema['description']))}</td></tr>`,
        )
        .join('')}</tbody></table>`

const properties = (schema: Json): (readonly [string, Json, boolean])[] => {
  const required = new Set(list(schema['required']))
  return Object.entries(object(schema['properties'])).map(([name, property]) => [name, object(property), required.has(name)])
}

/** The first media type of a body or answer, with its schema. */
function content(value: unknown): readonly [media: string, schema: Json] {
  const [media = '', body] = Object.entries(object(object(value)['content']))[0] ?? []
  return [media, object(object(body)['schema'])]
}

function apiBody(document: unknown): string {
  const root = object(document)
  const sections = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(object(root['paths']))) {
    for (const [method, value] of Object.entries(object(methods))) {
      const operation = object(value)
      const tag = text(list(operation['tags'])[0]) || 'Other'
      const [, body] = content(operation['requestBody'])
      const parameters = list(operation['parameters']).map((parameter): readonly [string, Json, boolean] => {
        const { name, schema, description, required } = object(parameter)
        return [text(name), { ...object(schema), description: description ?? object(schema)['description'] }, required === true]
      })
      const good = Object.entries(object(operation['responses'])).find(([status]) => status.startsWith('2'))
      const [media, answer] = content(good?.[1])
      const shown = list(answer['anyOf']).length > 0 ? list(answer['anyOf']).map(object) : [answer]
      const html = `<h3 id="${escapeHtml(text(operation['operationId']))}"><span class="method">${escapeHtml(method.toUpperCase())}</span> <code>${escapeHtml(path)}</code></h3>
<p>${escapeHtml(text(operation['summary']))} <span class="role">${escapeHtml(text(operation['description']))}</span></p>
${rows(parameters)}${Object.keys(body).length === 0 ? '' : `<p>Body</p>${rows(properties(body))}`}
<p>Answer ${escapeHtml(good?.[0] ?? '')} <span class="role">${escapeHtml(media)}</span></p>${shown.map(schema => rows(properties(schema))).join('')}`
      sections.set(tag, [...(sections.get(tag) ?? []), html])
    }
  }
  const info = object(root['info'])
  const intro = `<h1>API</h1><p>${escapeHtml(text(info['description']))}</p><p>Version ${escapeHtml(text(info['version']))} · <a href="/api/openapi.json">OpenAPI document</a></p>`
  return intro + [...sections].map(([tag, parts]) => `<h2>${escapeHtml(tag)}</h2>${parts.join('')}`).join('')
}
