import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** More is nothing that a keeper writes. Bytes. */
const maxBytes = 1024 * 1024

/**
 * The text of a file beside a server's log. The server itself may have put anything in its place: a link or a pipe could lead anywhere, or
 * never end, and this process with it.
 *
 * @throws what the system says, and Error where it is no plain file or too large.
 */
export function readSmallFile(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile() || found.size > maxBytes) throw new Error('no small file')
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}
