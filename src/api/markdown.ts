/**
 * Markdown of our own docs as HTML: headings, paragraphs, lists, tables, code, links, emphasis. No raw HTML: all text is escaped. A
 * library would know more and weigh more; the docs keep to this.
 */

export const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The anchor of a heading, as GitHub makes it. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

/** Links between documents drop `.md`; only relative, http and mailto addresses become links. */
function linkTarget(target: string): string | null {
  if (/^(https?:\/\/|mailto:|#|\/(?!\/))/.test(target)) return target
  return /^[\w./-]+(#.*)?$/.test(target) ? target.replace(/\.md(?=#|$)/, '') : null
}

const CODE = /(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g

const marked = (text: string): string =>
  escapeHtml(text)
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (whole, label: string, target: string) => {
      const href = linkTarget(target.replaceAll('&amp;', '&'))
      return href === null ? whole : `<a href="${escapeHtml(href)}">${label}</a>`
    })
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g, '<em>$1</em>')

/** Code spans come first, so that nothing inside them is read as markup; a link's label keeps its code. */
function inline(text: string): string {
  const spans: string[] = []
  const held = text.replaceAll('\0', '').replace(CODE, (_whole, _ticks, code: string) => `\0${spans.push(`<code>${escapeHtml(code.trim())}</code>`) - 1}\0`)
  return marked(held).replace(/\0(\d+)\0/g, (_whole, index: string) => spans[Number(index)] ?? '')
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim().replaceAll('\\|', '|'))
const isRule = (line: string | undefined): boolean => line !== undefined && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(line) && line.includes('-')
const LIST = /^(\s*)([-*]|\d+\.)\s+(.*)$/

/** The HTML of a document, without a page around it. */
export function renderMarkdown(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const out: string[] = []
  let at = 0
  const line = (): string => lines[at] ?? ''

  const list = (indent: number): string => {
    const tag = /^\s*\d/.test(line()) ? 'ol' : 'ul'
    const items: string[] = []
    while (at < lines.length) {
      const match = LIST.exec(line())
      if (match === null || (match[1] ?? '').length < indent) break
      if ((match[1] ?? '').length > indent) {
        items.push((items.pop() ?? '') + list((match[1] ?? '').length))
        continue
      }
      let item = match[3] ?? ''
      at++
      while (at < lines.length && line().trim() !== '' && !LIST.test(line()) && /^\s/.test(line())) item += ` ${(lines[at++] ?? '').trim()}`
      items.push(inline(item))
    }
    return `<${tag}>${items.map(item => `<li>${item}</li>`).join('')}</${tag}>`
  }

  while (at < lines.length) {
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line())
    const fence = /^(```+|~~~+)/.exec(line())
    if (line().trim() === '') at++
    else if (heading !== null) {
      const level = (heading[1] ?? '#').length
      out.push(`<h${level} id="${escapeHtml(anchor(heading[2] ?? ''))}">${inline(heading[2] ?? '')}</h${level}>`)
      at++
    } else if (fence !== null) {
      const end = fence[1] ?? '```'
      const code: string[] = []
      for (at++; at < lines.length && !line().startsWith(end); at++) code.push(line())
      at++
      out.push(`<pre><code>${escapeHtml(code.join('\n'))}</code></pre>`)
    } else if (line().includes('|') && isRule(lines[at + 1])) {
      const head = cellsOf(line())
        .map(cell => `<th>${inline(cell)}</th>`)
        .join('')
      const rows: string[] = []
      for (at += 2; at < lines.length && line().includes('|'); at++)
        rows.push(
          `<tr>${cellsOf(line())
            .map(cell => `<td>${inline(cell)}</td>`)
            .join('')}</tr>`,
        )
      out.push(`<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`)
    } else if (LIST.test(line())) out.push(list((LIST.exec(line())?.[1] ?? '').length))
    else if (/^(-{3,}|\*{3,})$/.test(line().trim())) {
      out.push('<hr>')
      at++
    } else if (line().startsWith('>')) {
      const quote: string[] = []
      for (; at < lines.length && line().startsWith('>'); at++) quote.push(line().replace(/^>\s?/, ''))
      out.push(`<blockquote>${renderMarkdown(quote.join('\n'))}</blockquote>`)
    } else {
      const paragraph: string[] = [(lines[at++] ?? '').trim()]
      while (at < lines.length && line().trim() !== '' && !/^(#{1,6}\s|```|~~~|>)/.test(line()) && !LIST.test(line()) && !isRule(lines[at + 1]))
        paragraph.push((lines[at++] ?? '').trim())
      out.push(`<p>${inline(paragraph.join(' '))}</p>`)
    }
  }
  return out.join('\n')
}
