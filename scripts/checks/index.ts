import type { Step } from '../test/steps.ts'
export const checks: readonly Step[] = []
