/** Stands in for the duplicate marker until it is built: the first observer that tells of a flow keeps it, in whatever direction of translation. */
import { indexOf, layoutsOf, widthOf, type SealedBatch } from '../../src/schema/index.ts'

const DUPLICATE = indexOf('duplicate')
const MAPPED = 0xffffn << 32n

export interface Marker {
  mark(sealed: SealedBatch, nowMs: number): SealedBatch
}

export function createStandIn(): Marker {
  const owners = new Map<string, string>()
  const sides = new Map<string, string>()
  const inside = new Map<string, string>()
  return {
    mark(sealed) {
      const column = (name: Parameters<typeof indexOf>[0]): { view: DataView; width: number; values: readonly unknown[] | null } | undefined => {
        const index = indexOf(name)
        const at = sealed.present.indexOf(index)
        const memory = sealed.memory[at]
        const layout = layoutsOf(sealed.family)[index]
        return memory === undefined || layout === undefined
          ? undefined
          : { view: new DataView(memory), width: widthOf(layout), values: sealed.dictionaries[at] ?? null }
      }
      const columns = new Map(
        (['src', 'dst', 'src_port', 'dst_port', 'proto', 'nat_src', 'nat_dst', 'nat_src_port', 'nat_dst_port', 'direction', 'exporter'] as const).map(
          name => [name, column(name)] as const,
        ),
      )
      const read = (name: Parameters<typeof columns.get>[0], row: number): bigint => {
        const found = columns.get(name)
        if (found === undefined) return 0n
        const { view, width, values } = found
        if (values !== null) return BigInt((values[view.getUint16(row * 2, true) - 1] ?? 0) as bigint)
        if (width === 1) return BigInt(view.getUint8(row))
        if (width === 2) return BigInt(view.getUint16(row * 2, true))
        if (width === 4) {
          const value = BigInt(view.getUint32(row * 4, true))
          return value === 0n ? 0n : MAPPED | value
        }
        return (view.getBigUint64(row * 16) << 64n) | view.getBigUint64(row * 16 + 8)
      }
      const marks = new SharedArrayBuffer(sealed.rows)
      const bytes = new Uint8Array(marks)
      for (let row = 0; row < sealed.rows; row++) {
        const ends = (src: bigint, dst: bigint, srcPort: bigint, dstPort: bigint): string => `${src} ${dst} ${srcPort} ${dstPort} ${read('proto', row)}`
        const [src, dst, srcPort, dstPort] = [read('src', row), read('dst', row), read('src_port', row), read('dst_port', row)]
        const told = ends(src, dst, srcPort, dstPort)
        const translated = ends(
          read('nat_src', row) || src,
          read('nat_dst', row) || dst,
          read('nat_src_port', row) || srcPort,
          read('nat_dst_port', row) || dstPort,
        )
        if (translated !== told && !inside.has(translated) && !inside.has(told)) inside.set(translated, told)
        const key = inside.get(told) ?? told
        const exporter = String(read('exporter', row))
        const direction = String(read('direction', row))
        const own = `${exporter} ${key}`
        if (!sides.has(own)) sides.set(own, direction)
        if (!owners.has(key)) owners.set(key, exporter)
        bytes[row] = sides.get(own) !== direction ? 2 : owners.get(key) !== exporter ? 1 : 0
      }
      const present = [...sealed.present, DUPLICATE].toSorted((a, b) => a - b)
      const at = present.indexOf(DUPLICATE)
      return { ...sealed, present, memory: sealed.memory.toSpliced(at, 0, marks), dictionaries: sealed.dictionaries.toSpliced(at, 0, null) }
    },
  }
}
