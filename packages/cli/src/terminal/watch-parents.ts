import { readFileSync } from 'node:fs'

/** How often it is looked whether they are still there; asking costs a few microseconds. */
const everyMs = 500

/**
 * Calls `gone` once when a process is no more that was there to wait for this one and cannot tell it that it was ended: the shell between
 * npm and this process, which a SIGTERM to `npx` ends, or npm itself. Only npm is known to wait: a process whose shell has gone is left to work,
 * as somebody may have wanted.
 *
 * @param env of this process: npm says in it that it started what runs.
 */
export function watchParents(gone: () => void, env: Readonly<Record<string, string | undefined>>): void {
  if (env.npm_command === undefined || process.platform === 'win32') return
  const parent = process.ppid
  // Adopted before it looked, or started so: nobody waits.
  if (parent <= 1) return
  const grandparent = parentOfShell(parent)
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || isThere(grandparent))) return
    clearInterval(timer)
    gone()
  }, everyMs)
  timer.unref()
}

/** The process that started `sh -c ...`; undefined where the parent is something else, or the system does not tell. */
function parentOfShell(pid: number): number | undefined {
  try {
    const [program = '', flag] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    if (flag !== '-c' || !/(^|\/)(ba|da|z)?sh$/.test(program)) return undefined
    // The name may hold anything, a parenthesis too; the fields after it do not.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)!.trim().split(' ')
    const parent = Number(fields[1])
    return parent > 1 ? parent : undefined
  } catch {
    return undefined
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
