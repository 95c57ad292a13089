import type { Files } from './files.ts'

const FACE = /^src\/(?:[\w-]+\/)+index\.ts$/

/**
 * Finds rooms whose face does not open with 3 to 10 lines of comment that say what enters, what leaves, what always holds and what
 * is left to others.
 */
export function checkHeaders(files: Files): readonly string[] {
  return [...files]
    .filter(([path]) => FACE.test(path) && !path.includes('/fixtures/'))
    .flatMap(([path, text]) => {
      const header = /^\/\*\*\n((?: \*.*\n)+) \*\/\n|^((?:\/\/.*\n)+)/.exec(text)
      const lines = (header?.[1] ?? header?.[2] ?? '').split('\n').length - 1
      return lines >= 3 && lines <= 10 ? [] : [`${path}: opens with ${lines === 0 ? 'no header' : `a header of ${lines} lines`}; 3 to 10 are wanted`]
    })
}
