/**
 * Capture: frames from files. In: the bytes of a pcap or pcapng file. Out: frames with their link type and time.
 * Holds always: a damaged file ends the reading, never the program.
 * What the frames say belongs to `packet`.
 */
export { isFrameFile, readFrames, type Frame } from './pcap-file.ts'
