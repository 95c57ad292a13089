/**
 * Packet: frames to headers. In: the bytes of a frame and its link type, of an IP packet, or of an MPLS stack. Out: what the
 * headers say, from the link through tunnels to the ports, in a struct that is read into again and again.
 * Holds always: nothing is read beyond the frame, no input throws, a bad inner header leaves the outer one. Free of Node.
 * Files of frames belong to `capture`, columns to `decode`.
 */
export { createFrame, type Frame, type Packet } from './frame.ts'
export { readFrame, readMplsStack, readNetworkPacket } from './read.ts'
export { networkOffset, readUdp, type Fragment, type UdpDatagram } from './udp.ts'
export { createReassembly } from './fragments.ts'
