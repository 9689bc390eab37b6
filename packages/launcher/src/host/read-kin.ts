import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import type { KnownProcesses } from './owned-processes.ts'

/** More is no list of a server's processes. Bytes. */
const maxBytes = 1024 * 1024

/** Where the keeper of a server lists the descendants that it has ever seen: a line `number start-ticks` for each. */
export function kinFileOf(logFile: string): string {
  return `${logFile}.kin`
}

/** What a keeper has listed of this start of the machine; empty where there is no such list. */
export function readKin(file: string): KnownProcesses {
  const [boot, ...lines] = readPlain(file).split('\n')
  if (boot === '' || boot !== bootId()) return new Map()
  return new Map(
    lines.flatMap((line) => {
      const [, pid, startTicks] = /^(\d+) (\d+)$/.exec(line) ?? []
      return Number(pid) > 1 ? [[Number(pid), Number(startTicks)] as const] : []
    }),
  )
}

/** Names one start of this machine: process numbers and start times of another mean nothing. */
function bootId(): string {
  return readPlain('/proc/sys/kernel/random/boot_id').trim()
}

/** A link or a pipe in its place could lead anywhere, or never end. */
function readPlain(file: string): string {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const found = fstatSync(descriptor)
    return found.isFile() && found.size <= maxBytes ? readFileSync(descriptor, 'utf8') : ''
  } catch {
    return ''
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
