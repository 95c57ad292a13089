import { posix } from 'node:path'
import { anchor } from '../../src/api/markdown.ts'
import { lineAt, type Files } from './files.ts'

/** Finds relative links and images in Markdown files that lead to no file, or to no heading of one. Addresses of other hosts are not tried. */
export function checkLinks(files: Files, paths: ReadonlySet<string>): readonly string[] {
  return [...files]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) => {
      const prose = text.replaceAll(/^```[\s\S]*?^```|`[^`\n]*`/gm, code => code.replaceAll(/[^\n]/g, ' '))
      return [...prose.matchAll(/\]\((?!\w+:)([^)\s]*)\)/g)].flatMap(match => {
        const [target = '', anchor] = (match[1] ?? '').split('#')
        const to = target === '' ? path : posix.normalize(posix.join(posix.dirname(path), target))
        const place = `${path}:${lineAt(text, match.index)}`
        if (!paths.has(to)) return [`${place}: ${match[1]} leads to no file`]
        if (anchor !== undefined && !anchorsOf(files.get(to) ?? '').has(anchor)) return [`${place}: ${match[1]} leads to no heading`]
        return []
      })
    })
}

function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^#+ (.*)$/gm)].map(match => anchor(match[1] ?? '')))
}
