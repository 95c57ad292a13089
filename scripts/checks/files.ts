import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Text of files by their path from the root, with `/` between folders. */
export type Files = ReadonlyMap<string, string>

const TEXT = /\.(?:ts|tsx|mjs|js|json|jsonc|md|yaml|yml|html|css|sh|svg|txt|tsv|csv)$|^[^.]+$|^\.[\w-]+$|^bin\/|^\.ci\//

/** The paths of all files that are in the repository or would be with the next commit. */
export function listFiles(root: string): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  // A file that was removed but not committed yet is still listed.
  return [...new Set(listed.split('\0'))].filter(path => path !== '' && statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true).toSorted()
}

/** The text files of the repository whose path `match` takes. */
export function readFiles(root: string, match: (path: string) => boolean = () => true): Files {
  const paths = listFiles(root).filter(path => TEXT.test(path) && match(path))
  return new Map(paths.map(path => [path, readFileSync(join(root, path), 'utf8')]))
}

/** From 1: the line of a place in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}
