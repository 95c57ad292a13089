import { words } from '../words.ts'
import { toast } from './overlay.tsx'

/** Copies a text and says so. */
export async function copyText(text: string, what = text): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(words.copied(what))
  } catch (cause) {
    // Without HTTPS a browser offers no clipboard.
    toast(`${words.copyFailed} ${cause instanceof Error ? cause.message : ''}`.trim(), true)
  }
}
