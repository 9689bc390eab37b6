import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

const maxBytes = 256 * 1024

/** The end of a log; empty where there is none, or something else is in its place. */
export function readTail(file: string): string {
  try {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const found = fstatSync(descriptor)
      if (!found.isFile()) return ''
      const length = Math.min(found.size, maxBytes)
      const buffer = Buffer.alloc(length)
      return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, length, found.size - length))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return ''
  }
}
