/**
 * Identity: who is behind an address. In: addresses people look at. Out: the names DNS has for them. Holds always: nobody waits for a
 * name, no server is asked more often than the configuration allows, only addresses of the networks named there are asked about, and
 * a name that is none is never shown. What users and devices are behind an address (RADIUS, VPN, DHCP) is left to later.
 */
export { createReverseDns, type KnownNames, type ReverseDns, type ReverseDnsConfig } from './reverse-dns.ts'
