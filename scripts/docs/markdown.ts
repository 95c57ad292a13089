/** A Markdown table; `|` in a cell is escaped and an empty cell stays empty. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text as code, unless it is empty. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

/** A page whose last line says where it comes from. No HTML comment: the docs are served by a renderer that knows no HTML. */
export function page(source: string, title: string, ...parts: readonly string[]): string {
  return [`# ${title}`, ...parts, `*Generated from ${source} by ${code('npm run docs')}; do not edit.*`].join('\n\n') + '\n'
}
