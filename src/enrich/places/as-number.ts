/** Numbers of autonomous systems that are none, and those that mean something only inside a network. */

/** AS_TRANS: stands in two-byte fields for any number that needs four (RFC 6793 §9). */
const TRANS = 23_456

/** Whether a number names no system: 0, AS_TRANS, and the last ones, reserved (RFC 7300). */
export const isNoAs = (number: number): boolean => number === 0 || number === TRANS || number === 65_535 || number === 0xffff_ffff

/** Whether a number is for private use (RFC 6996). */
export const isPrivateAs = (number: number): boolean => (number >= 64_512 && number <= 65_534) || (number >= 4_200_000_000 && number <= 4_294_967_294)
