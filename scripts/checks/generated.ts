import type { Files } from './files.ts'

/** Finds generated pages that are missing or not what their source makes of them. */
export function checkGenerated(files: Files, pages: readonly { readonly path: string; readonly text: string }[]): readonly string[] {
  return pages.flatMap(({ path, text }) => {
    const present = files.get(path)
    if (present === text) return []
    return [`${path}: ${present === undefined ? 'is missing' : 'is out of date'}; run npm run docs`]
  })
}
