import { posix } from 'node:path'
import type { Files } from './files.ts'

const CAPTURE = /\.(?:pcap|pcapng|ipfix|dat|bin|flow)$/

/** Finds tests that are narrowed to one (`only`), and captures without a README beside or above them that tells their origin. */
export function checkTests(files: Files, paths: readonly string[]): readonly string[] {
  const narrowed = [...files]
    .filter(([path, text]) => /\.test\.tsx?$/.test(path) && /\b(?:test|it|describe)\.only\(|\bonly: true\b/.test(text))
    .map(([path]) => `${path}: a test is marked only`)
  const all = new Set(paths)
  const origins = new Set(paths.filter(path => CAPTURE.test(path) && !hasReadme(path, all)).map(path => posix.dirname(path)))
  return [...narrowed, ...[...origins].map(folder => `${folder}: its captures have no README.md that tells where they come from`)]
}

function hasReadme(path: string, all: ReadonlySet<string>): boolean {
  for (let folder = posix.dirname(path); folder !== '.' && folder !== 'src' && folder !== 'test'; folder = posix.dirname(folder)) {
    if (all.has(`${folder}/README.md`)) return true
  }
  return false
}
