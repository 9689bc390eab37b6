import { readFileSync } from 'node:fs'

/** How long this process's main thread has been ready to run with no core to run on; undefined where the system does not say (Linux does). */
export function coreWaitMs(): number | undefined {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6
  } catch {
    return undefined
  }
}
