/** The command line was not understood: main prints the message and where to find help, and ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Whether an error is one of the command line's: ours, or of node:util's parseArgs. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_PARSE_ARGS_')
}
