import { readFileSync } from 'node:fs'

/** How often it is looked whether they are still there; asking costs a few microseconds. */
const everyMs = 500

/**
 * Calls `gone` once when a process is no more that was there to wait for this one and cannot tell it that it was ended: the shell between
 * npm and this process, which a SIGTERM to `npx` ends, or npm itself; at once where they had gone before it looked. Only npm is known to wait:
 * a process whose shell has gone is left to work, as somebody may have wanted.
 *
 * @param env of this process: npm says in it that it started what runs.
 */
export function watchParents(gone: () => void, env: Readonly<Record<string, string | undefined>>): void {
  if (env.npm_command === undefined || process.platform === 'win32') return
  const parent = process.ppid
  const grandparent = parentOfShell(parent)
  if (adopts(parent) || (grandparent !== undefined && adopts(grandparent))) {
    gone()
    return
  }
  // Started so: nobody waits.
  if (parent <= 1) return
  const since = grandparent === undefined ? undefined : startOf(grandparent)
  const timer = setInterval(() => {
    if (process.ppid === parent && (since === undefined || startOf(grandparent!) === since)) return
    clearInterval(timer)
    gone()
  }, everyMs)
  timer.unref()
}

/** The process that started `sh -c ...`; undefined where the parent is something else, or the system does not tell. */
function parentOfShell(pid: number): number | undefined {
  const [program = '', flag] = read(`/proc/${pid}/cmdline`).split('\0')
  if (flag !== '-c' || !/(^|\/)(ba|da|z)?sh$/.test(program)) return undefined
  return statOf(pid)?.parent
}

/** Whether it takes in the children of others that have died. In a container npm itself may be the first process. */
function adopts(pid: number): boolean {
  const [program = ''] = read(`/proc/${pid}/cmdline`).split('\0')
  if (pid === 1) return program !== '' && !/(^|\/)(npm|npx|pnpm|yarn|bun|node)\b/.test(program)
  return read(`/proc/${pid}/comm`).trim() === 'systemd'
}

/** When it was started, which with its number names it for good; undefined where it has ended, be it that nobody has taken notice yet. */
function startOf(pid: number): string | undefined {
  const found = statOf(pid)
  return found && found.state !== 'Z' && found.state !== 'X' ? found.startTicks : undefined
}

function statOf(pid: number): { state: string; parent: number; startTicks: string } | undefined {
  const text = read(`/proc/${pid}/stat`)
  // The name, in brackets, may itself hold brackets and spaces: what follows the last one is sound.
  const [state, parent, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const startTicks = fields[17]
  return startTicks === undefined ? undefined : { state: state!, parent: Number(parent), startTicks }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
