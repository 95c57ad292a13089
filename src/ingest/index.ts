/**
 * Ingest: from the socket to the spool. In: datagrams on any number of UDP ports, IPFIX over TCP and TLS, files with flows in them. Out: frames in the spool, and the books (what came,
 * and what became of it). Holds always: the thread that receives never waits for a disk; an exporter belongs to one thread, by its
 * address; every datagram and row is counted under one name; a main that dies costs no datagram. Runs as a process of its own;
 * main sees it through `createIngestSupervisor`. What is in a datagram belongs to `decode`.
 */
export { createIngest, type Ingest, type IngestConfig } from './ingest.ts'
export { importFiles } from './import-client.ts'
export type { ImportProgress } from './imports.ts'
export { createIngestSupervisor, ingestConfig, type IngestSupervisor } from './supervise.ts'
