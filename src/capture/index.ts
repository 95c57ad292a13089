/**
 * Capture: frames and flows from files. In: the bytes of a pcap or pcapng capture, an IPFIX file, a file of nfcapd, or a datagram. Out:
 * frames with their link type and time, or the flow datagrams in the file with exporter and time.
 * Holds always: a damaged file ends the reading and is told, never the program.
 * What frames say belongs to `packet`, what datagrams say to `decode`.
 */
export { isFrameFile, readFrames, type Frame } from './pcap-file.ts'
export { kindOfFile, readFlowFile, type FlowDatagram, type FlowFileKind } from './flow-file.ts'
