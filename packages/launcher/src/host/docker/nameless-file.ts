import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const maxRead = 64 * 1024

/**
 * The descriptor of a file that only we have and whoever is given it, gone before anything is written to it: nothing of it is left whenever
 * we are killed.
 */
export function openNameless(text = ''): number {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-env-'))
  try {
    const fd = openSync(join(folder, 'env'), 'wx+', 0o600)
    rmSync(folder, { recursive: true, force: true })
    // At its place, so that whoever reads it through the same descriptor begins at the beginning.
    writeSync(fd, Buffer.from(text), 0, undefined, 0)
    return fd
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What stands from a place on, as much as one look takes; empty at the end. Whoever writes through the same descriptor is not disturbed. */
export function readFrom(fd: number, position: number): Buffer {
  const buffer = Buffer.alloc(maxRead)
  return buffer.subarray(0, readSync(fd, buffer, 0, maxRead, position))
}
