/**
 * Lists in records (RFC 6313 §4.5): what they hold fills the columns of the record's row that are still empty, the first value of
 * each. AS paths and communities are joined, since their columns are lists themselves.
 *
 * basicList: semantic 1 · field 2 (bit 15: enterprise) · element length 2 · enterprise 4 where the bit is set · values.
 * subTemplateList: semantic 1 · template 2 · records. subTemplateMultiList: semantic 1 · (template 2 · length 2, these four
 * bytes too · records) and so on. The semantic tells how the values belong together; a row has room for the first of them either way.
 */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { IE, elementKey, type ElementKey } from '../registry/elements.ts'
import { VARIABLE, type DecodeRecords, type Definition, type ListReader, type RecordContext, type Template } from '../types.ts'
import { compile } from './compile.ts'
import { SPECIAL } from './special.ts'

/** Lists in lists are followed this far (RELIABILITY §3.1). */
const MAX_DEPTH = 4
/** Most memory of the functions that are kept, bytes as templates are reckoned. */
const MAX_BYTES = 32 * 1024 * 1024
/** What a function of one element is reckoned at. */
const ELEMENT_BYTES = 2048
/**
 * Most work of compiling in one millisecond of reception, in fields, of which a function itself is worth 128: a datagram of made-up
 * lists must not keep us compiling. What is left over is read when the next datagram brings it.
 */
const MAX_NEW = 1024
const NEW = 128
/** Longest text of a joined list. */
const MAX_TEXT = 1024

const AS_PATH = indexOf('as_path')
const COMMUNITIES = indexOf('communities')

type Print = (view: DataView, at: number) => string

/** A BGP community is written as its two halves (RFC 1997), a large one as its three words (RFC 8092). */
const printCommunity: Print = (view, at) => `${view.getUint16(at)}:${view.getUint16(at + 2)}`
const printLargeCommunity: Print = (view, at) => `${view.getUint32(at)}:${view.getUint32(at + 4)}:${view.getUint32(at + 8)}`
const printAs: Print = (view, at) => String(view.getUint32(at))

interface Joined {
  readonly column: number
  readonly bytes: number
  readonly print: Print
}

/** Elements of which a list is one value of a row. */
const JOINED: ReadonlyMap<ElementKey, Joined> = new Map([
  [IE.bgpSourceAsNumber, { column: AS_PATH, bytes: 4, print: printAs }],
  [IE.bgpDestinationAsNumber, { column: AS_PATH, bytes: 4, print: printAs }],
  [IE.bgpCommunity, { column: COMMUNITIES, bytes: 4, print: printCommunity }],
  [IE.bgpLargeCommunity, { column: COMMUNITIES, bytes: 12, print: printLargeCommunity }],
])

/** Makes the reader of one decoder. */
export function createLists(): ListReader {
  let bySubTemplate = new WeakMap<Template, { 4: DecodeRecords | null; 6: DecodeRecords | null }>()
  const byKey = new Map<string, DecodeRecords>()
  let bytes = 0
  let depth = 0
  let madeAtMs = 0
  let made = 0

  /** Compiles a function and keeps it; null when too much was compiled just now. */
  function make(key: string, definition: Definition, family: 4 | 6, context: RecordContext, sizeBytes: number): DecodeRecords | null {
    if (madeAtMs !== context.receivedMs) made = 0
    madeAtMs = context.receivedMs
    if (made >= MAX_NEW) return null
    made += NEW + definition.fields.length
    bytes += sizeBytes
    if (bytes > MAX_BYTES) {
      byKey.clear()
      bySubTemplate = new WeakMap()
      bytes = sizeBytes
    }
    const fill = compile(definition, family, context.exporter.settings.mapping, true)
    byKey.set(key, fill)
    return fill
  }

  function ofTemplate(template: Template, family: 4 | 6, context: RecordContext): DecodeRecords | null {
    const known = bySubTemplate.get(template)?.[family] ?? null
    if (known !== null) return known
    const key = `${context.exporter.settings.mapping.id} ${family} ${template.key}`
    const fill = byKey.get(key) ?? make(key, template.definition, family, context, template.sizeBytes)
    if (fill !== null) bySubTemplate.set(template, { 4: null, 6: null, ...bySubTemplate.get(template), [family]: fill })
    return fill
  }

  /** Whether some column takes an element. */
  function isKnown(element: ElementKey, context: RecordContext): boolean {
    const { mapping } = context.exporter.settings
    return mapping.filledBy.has(element) || mapping.operands.has(element) || SPECIAL.has(element)
  }

  function ofElement(element: ElementKey, length: number, context: RecordContext, family: 4 | 6): DecodeRecords | null {
    const key = `${context.exporter.settings.mapping.id} ${family} ${element}.${length}`
    return byKey.get(key) ?? make(key, { protocol: 'ipfix', fields: [{ element, length }], scopes: 0, options: false }, family, context, ELEMENT_BYTES)
  }

  function fillRecords(template: Template, view: DataView, at: number, end: number, batch: FlowBatch, row: number, context: RecordContext): void {
    const { lists } = context.exporter
    if (end - at < template.minLength) {
      if (end > at) lists.malformed++
      return
    }
    const fill = ofTemplate(template, batch.family, context)
    if (fill === null) {
      lists.notCompiled++
      return
    }
    fill(view, at, end, batch, row, context)
    lists.read += context.records
    if (context.broken) lists.malformed++
  }

  function subTemplate(context: RecordContext, id: number): Template | null {
    const template = context.domain.templates.get(id)
    if (template !== undefined && !template.definition.options) return template
    context.exporter.lists.unknownTemplate++
    return null
  }

  function join(joined: Joined, view: DataView, at: number, end: number, batch: FlowBatch, row: number): number {
    const count = Math.floor((end - at) / joined.bytes)
    const column = batch.need(joined.column)
    if (column[row] !== 0) return count
    let text = ''
    for (let index = 0; index < count && text.length < MAX_TEXT; index++) text += `${index === 0 ? '' : ' '}${joined.print(view, at + index * joined.bytes)}`
    if (text !== '') column[row] = batch.code(joined.column, text)
    return count
  }

  function fillBasic(view: DataView, start: number, end: number, batch: FlowBatch, row: number, context: RecordContext): void {
    const { lists } = context.exporter
    if (end - start < 5) {
      lists.malformed++
      return
    }
    const field = view.getUint16(start + 1)
    const length = view.getUint16(start + 3)
    const at = field < 0x8000 ? start + 5 : start + 9
    if (at > end || length === 0) {
      lists.malformed++
      return
    }
    const element = field < 0x8000 ? field : elementKey(view.getUint32(start + 5), field & 0x7fff)
    const joined = JOINED.get(element)
    // One AS number is a value like any other; a path has more.
    if (joined !== undefined && length === joined.bytes && (joined.column !== AS_PATH || end - at > length)) {
      lists.read += join(joined, view, at, end, batch, row)
      return
    }
    if (end - at < (length === VARIABLE ? 1 : length)) {
      if (end > at) lists.malformed++
      return
    }
    if (!isKnown(element, context)) {
      lists.unknownElement++
      return
    }
    const fill = ofElement(element, length, context, batch.family)
    if (fill === null) {
      lists.notCompiled++
      return
    }
    const stopped = fill(view, at, end, batch, row, context)
    lists.read += context.records
    if (context.broken || stopped < end) lists.malformed++
  }

  function fillSubTemplates(view: DataView, start: number, end: number, batch: FlowBatch, row: number, context: RecordContext): void {
    if (end - start < 3) {
      context.exporter.lists.malformed++
      return
    }
    const template = subTemplate(context, view.getUint16(start + 1))
    if (template !== null) fillRecords(template, view, start + 3, end, batch, row, context)
  }

  function fillMulti(view: DataView, start: number, end: number, batch: FlowBatch, row: number, context: RecordContext): void {
    let at = start + 1
    while (at + 4 <= end) {
      const length = view.getUint16(at + 2)
      if (length < 4 || at + length > end) break
      const template = subTemplate(context, view.getUint16(at))
      if (template !== null) fillRecords(template, view, at + 4, at + length, batch, row, context)
      at += length
    }
    if (at !== end) context.exporter.lists.malformed++
  }

  return {
    fill(kind, view, at, bytes, batch, row, context) {
      if (bytes === 0) return
      if (depth === MAX_DEPTH) {
        context.exporter.lists.tooDeep++
        return
      }
      depth++
      if (kind === IE.subTemplateMultiList) fillMulti(view, at, at + bytes, batch, row, context)
      else if (kind === IE.subTemplateList) fillSubTemplates(view, at, at + bytes, batch, row, context)
      else fillBasic(view, at, at + bytes, batch, row, context)
      depth--
    },
  }
}
