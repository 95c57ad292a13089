export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string; readonly license?: string; readonly dev?: boolean }>>
}

/** Licences that a package may have; each lets the whole be passed on under Apache-2.0. */
const ALLOWED = new Set(['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'Python-2.0'])
/** Data under a licence that asks to be named, which NOTICE and the documentation do. */
const ALLOWED_DATA = new Set(['SEE LICENSE IN ROUTEVIEWS-LICENSE and DBIP-LICENSE (CC-BY-4.0)'])

/** Licences of tools that build or test, and are not passed on with the program. */
const ALLOWED_FOR_TOOLS = new Set(['MPL-2.0'])

/** Finds packages whose version is not pinned, whose licence is not known or not allowed, and addresses in the lockfile. */
export function checkPackages(manifest: Manifest, lockfile: Lockfile): readonly string[] {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json: ${name} is not pinned: ${version}`)
  const locked = Object.entries(lockfile.packages).filter(([path]) => path !== '')
  const addresses = locked
    .filter(([, entry]) => entry.resolved !== undefined)
    .map(([path]) => `package-lock.json: ${path} names where to download it; install with omit-lockfile-registry-resolved (.npmrc)`)
  const licences = locked
    .filter(([, entry]) => !isAllowed(entry.license, entry.dev === true))
    .map(([path, entry]) => `${path}: licence ${entry.license ?? 'unknown'} is not on the list (scripts/checks/packages.ts)`)
  return [...loose, ...addresses, ...licences]
}

/** `(MIT OR CC0-1.0)` is allowed where one of them is, `MIT AND ISC` where all are. */
function isAllowed(expression: string | undefined, tool: boolean): boolean {
  if (expression === undefined) return false
  if (ALLOWED_DATA.has(expression)) return true
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ')
  return choices.some(choice => choice.split(' AND ').every(licence => ALLOWED.has(licence.trim()) || (tool && ALLOWED_FOR_TOOLS.has(licence.trim()))))
}
