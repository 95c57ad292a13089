/** What the configuration names as a source: a file, or a URL, which may hold secrets. */

export const isUrl = (source: string): boolean => /^https?:\/\//i.test(source)

const SECRET = /key|token|pass|secret|auth|sig|cred|licen[cs]e/i
/** What looks like a key, whatever it is called. */
const LIKE_A_KEY = /^[\w-]{20,}$/

/** A source as it may be shown: of a URL without user and password, and without values of the query that are keys. */
export function shownSource(source: string): string {
  if (!isUrl(source) || !URL.canParse(source)) return source
  const url = new URL(source)
  if (url.username !== '' || url.password !== '') {
    url.username = '***'
    url.password = ''
  }
  for (const [name, value] of [...url.searchParams]) if (SECRET.test(name) || LIKE_A_KEY.test(value)) url.searchParams.set(name, '***')
  return url.toString()
}
