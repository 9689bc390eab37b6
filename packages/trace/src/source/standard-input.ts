import type { Readable } from 'node:stream'

/** The name that stands for it where a file is named. */
export const standardInput = '-'

/** Its bytes, as they come. It can be read once. */
export function openStandardInput(): Readable {
  return process.stdin
}
