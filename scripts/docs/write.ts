// `npm run docs`: writes the generated pages of the reference. `npm run check` compares them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pages } from './pages.ts'

const root = process.cwd()
for (const { path, text } of await pages(root)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
