import type { KnownProcesses } from './owned-processes.ts'
import { readSmallFile } from './read-small-file.ts'

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

/** Nothing can be read of it: no descendant is known by it. */
function readPlain(file: string): string {
  try {
    return readSmallFile(file)
  } catch {
    return ''
  }
}
