/**
 * Packet: frames to headers. In: the bytes of a frame and its link type. Out: what the headers say, down to the UDP payload.
 * Holds always: nothing is read beyond the frame, no input throws. Free of Node.
 * Files of frames belong to `capture`.
 */
export { networkOffset, readUdp, type Fragment, type UdpDatagram } from './headers.ts'
export { createReassembly } from './fragments.ts'
