/**
 * What to type on a device so that it exports: the one source of the page for the first day and of docs/how-to/exporters.md
 * (`npm run docs`). Each sends its sampling rate where it samples, cuts long flows after 60 seconds, and sends templates and options
 * again every minute where it can.
 */
import { CISCO } from './cisco.ts'
import type { Device } from './device.ts'
import { FIREWALLS } from './firewalls.ts'
import { HOSTS } from './hosts.ts'
import { ROUTERS } from './routers.ts'

export const DEVICES: readonly Device[] = [...CISCO, ...ROUTERS, ...FIREWALLS, ...HOSTS]
