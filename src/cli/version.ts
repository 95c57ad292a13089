import { readFileSync } from 'node:fs'

/** The version of FlowLens, as package.json says. Compiled code lies in `dist`, which has a copy of it at the same distance. */
export function version(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
