import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

type Rgb = readonly [number, number, number]
type Theme = 'light' | 'dark'

const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

/** Colour of a token in a theme, as linear light. */
function color(name: string, theme: Theme): Rgb {
  const value = new RegExp(`--${name}:\\s*([^;]+);`).exec(tokens)?.[1] ?? ''
  const alias = /^var\(--([\w-]+)\)$/.exec(value.trim())?.[1]
  if (alias !== undefined) return color(alias, theme)
  const hex = /light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/.exec(value)?.[theme === 'light' ? 1 : 2]
  assert.ok(hex !== undefined, `no colour --${name}`)
  const channel = (at: number): number => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** Contrast ratio of WCAG 2.2. */
function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** Full loss of a cone, Machado, Oliveira and Fernandes 2009, over linear light. */
const MATRICES = {
  'all cones': [1, 0, 0, 0, 1, 0, 0, 0, 1],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
} as const

function seenBy(matrix: readonly number[], [r, g, b]: Rgb): Rgb {
  const row = (at: number): number => Math.min(1, Math.max(0, (matrix[at] ?? 0) * r + (matrix[at + 1] ?? 0) * g + (matrix[at + 2] ?? 0) * b))
  return [row(0), row(3), row(6)]
}

/** Distance in OKLab, times a hundred (Ottosson 2020). */
function distance(a: Rgb, b: Rgb): number {
  const lab = ([r, g, b]: Rgb): Rgb => {
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ]
  }
  const [x, y] = [lab(a), lab(b)]
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]) * 100
}

const HEAT = Array.from({ length: 6 }, (_, index) => `heat-${index + 1}`)
const DATA = Array.from({ length: 10 }, (_, index) => `data-${index + 1}`)

for (const theme of ['light', 'dark'] as const) {
  describe(`colours of the ${theme} theme`, () => {
    const sheet = color('n-0', theme)
    test('text stands out on every surface', () => {
      for (const surface of ['n-00', 'n-0', 'n-1', 'n-2', 'n-3']) {
        for (const text of ['n-10', 'n-8', 'n-7']) assert.ok(contrast(color(text, theme), color(surface, theme)) >= 4.5, `${text} on ${surface}`)
      }
    })
    test('controls, focus and data stand out on the sheet', () => {
      for (const name of ['n-6', 'accent', 'data-other', ...DATA]) assert.ok(contrast(color(name, theme), sheet) >= 3, name)
    })
    test('severity is readable on the sheet and on its tint', () => {
      for (const name of ['critical', 'warning', 'ok', 'notice']) {
        assert.ok(contrast(color(name, theme), sheet) >= 4.5, name)
        assert.ok(contrast(color(name, theme), color(`${name}-tint`, theme)) >= 4.5, `${name} on its tint`)
      }
      assert.ok(contrast(color('on-accent', theme), color('accent', theme)) >= 4.5)
    })
    test('more flows in a cell of a heatmap stand out more, for every sight', () => {
      const contrasts = HEAT.map(name => contrast(color(name, theme), sheet))
      assert.ok((contrasts[0] ?? 0) >= 3 && contrasts.every((of, at) => at === 0 || of > (contrasts[at - 1] ?? 0)), contrasts.join(' '))
      for (const matrix of Object.values(MATRICES)) {
        for (const [at, name] of HEAT.slice(1).entries())
          assert.ok(distance(seenBy(matrix, color(name, theme)), seenBy(matrix, color(HEAT[at] ?? '', theme))) >= 6, `${name} and the one before`)
      }
    })
    const least = { 'all cones': 12.5, deuteranopia: 7.5, protanopia: 6.5 } as const
    for (const [sight, matrix] of Object.entries(MATRICES)) {
      test(`any two data colours differ, ${sight}`, () => {
        for (const [index, one] of DATA.entries()) {
          for (const other of DATA.slice(index + 1)) {
            const apart = distance(seenBy(matrix, color(one, theme)), seenBy(matrix, color(other, theme)))
            assert.ok(apart >= least[sight as keyof typeof least], `${one} and ${other}: ${apart.toFixed(1)}`)
          }
        }
      })
    }
  })
}

/** What a style sheet may not hold: a colour, a layer or a shadow that is no token. */
export function strangers(css: string): readonly string[] {
  const body = css.replace(/\/\*[\s\S]*?\*\//g, '')
  return [
    ...(body.match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\([^)]*\)/gi) ?? []),
    ...(body.match(/z-index:\s*\d{2,}/g) ?? []),
    ...(body.match(/box-shadow:\s*[^;]*\d+px[^;]*\d+px[^;]*\d{2,}px[^;]*;/g) ?? []),
  ]
}

test('style sheets use tokens only', () => {
  const root = join(import.meta.dirname, '..')
  const sheets = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.css') && !file.endsWith('tokens.css'))
  assert.ok(sheets.length > 5)
  for (const sheet of sheets) assert.deepEqual(strangers(readFileSync(join(root, sheet), 'utf8')), [], sheet)
  assert.deepEqual(strangers('a { color: #fff; z-index: 99 } /* #000 */'), ['#fff', 'z-index: 99'])
})
