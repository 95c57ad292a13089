/** Where things are: the addresses of clients, servers and networks of the world, by their rank. */
import type { Flow } from './flow.ts'
import type { Random } from './random.ts'
import type { Provider, Site } from './world.ts'

/** An IPv4 address as a number. */
export function parseV4(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

/** Spreads a small number over 32 bits, so that neighbours in rank are not neighbours in address. */
const scatter = (value: number): number => {
  let mixed = Math.imul(value + 1, 0x9e3779b1)
  mixed ^= mixed >>> 15
  return Math.imul(mixed, 0x85ebca6b) >>> 0
}

/** A site made ready: its networks as numbers, and which of its clients is busy. */
export interface SiteModel {
  readonly site: Site
  readonly v4: number
  readonly publicV4: number
  readonly client: (random: Random) => number
}

/** A provider made ready: its block as number and prefix length, its names as texts. */
export interface ProviderModel {
  readonly provider: Provider
  readonly v4: number
  readonly mask: number
  readonly names: readonly number[]
}

/** Puts an IPv4 address into the four slots from `base` on. */
export const setV4 = (out: Flow, base: number, address: number): void => {
  out[base] = 0
  out[base + 1] = 0
  out[base + 2] = 0
  out[base + 3] = address
}

/** Puts an IPv6 address, in words of 32 bits, into the four slots from `base` on. */
export const setV6 = (out: Flow, base: number, high: number, next: number, third: number, low: number): void => {
  out[base] = high
  out[base + 1] = next
  out[base + 2] = third
  out[base + 3] = low
}

/** The address of the client of this rank at a site. */
export const setClient = (out: Flow, base: number, { site, v4 }: SiteModel, rank: number, v6: boolean): void => {
  // Clients fill /24s from 10.x.16.0 on, as DHCP would; in IPv6 they have stable random interface ids.
  if (v6) setV6(out, base, site.v6[0], site.v6[1] + 16 + (rank >> 8), scatter(rank) | 0x02000000, scatter(rank + 7919))
  else setV4(out, base, v4 + 4096 + rank + (rank >> 8) * 4)
}

/** The address of a server inside a site. */
export const setLocalServer = (out: Flow, base: number, { site, v4 }: SiteModel, rank: number, v6: boolean): void => {
  if (v6) setV6(out, base, site.v6[0], site.v6[1] + 1, 0, 0x10 + rank)
  else setV4(out, base, v4 + 256 + 10 + rank)
}

/** The address of a server of the site that the Internet sees. */
export const setPublicServer = (out: Flow, base: number, { site, publicV4 }: SiteModel, rank: number, v6: boolean): void => {
  if (v6) setV6(out, base, site.v6[0], site.v6[1] + 2, 0, 0x50 + rank)
  else setV4(out, base, publicV4 + 10 + rank)
}

/** The address of a server or visitor in a network of the Internet. */
export const setInternet = (out: Flow, base: number, { provider, v4, mask }: ProviderModel, rank: number, v6: boolean): void => {
  const host = scatter(rank)
  if (v6) setV6(out, base, provider.v6[0], provider.v6[1] + (host & 15), 0, host >>> 8)
  else setV4(out, base, v4 + (mask >= 28 ? host & (2 ** (32 - mask) - 1) : Math.max(1, host >>> mask)))
}
