/**
 * A small program that stands between the process host and a server, in a process of its own. It starts the words after its first two and
 * writes to the file which the first names how they ended, as `ServerEnd`: a server outlives whoever started it, and only a parent learns
 * how a process ended. It lets signals pass by, as the server has its own.
 *
 * On Linux it also writes to the second file what descendants it has ever seen, by number and start time, and stays while one of them
 * or of its session is left: a worker that has wiped its environment, left the session and lost its parent is still known by that.
 *
 * Says on descriptor 3 whether the command could be started. Text and not a module, so that it runs from anywhere, a bundle included:
 * `node -e keeperSource END-FILE KIN-FILE COMMAND...`. No shell reads any of it.
 */
export const keeperSource = `
const { spawn } = process.getBuiltinModule('node:child_process')
const { closeSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } = process.getBuiltinModule('node:fs')
const [endFile, kinFile, command, ...args] = process.argv.slice(1)
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {})
const tell = (text) => {
  try {
    writeSync(3, text)
    closeSync(3)
  } catch {}
}
const read = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
const write = (file, text) => {
  const part = file + '.' + crypto.randomUUID().slice(0, 8) + '.part'
  try {
    writeFileSync(part, text, { flag: 'wx' })
    renameSync(part, file)
  } catch {}
}
const list = (folder) => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
const isLinux = process.platform === 'linux'
const boot = read('/proc/sys/kernel/random/boot_id').trim()
const kin = new Map()
let written = ''
const lookAt = (pid) => {
  const stat = read('/proc/' + pid + '/stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { isAlive: fields.length > 19 && fields[0] !== 'Z' && fields[0] !== 'X', session: Number(fields[3]), startTicks: fields[19] }
}
const childrenOf = (pid) =>
  list('/proc/' + pid + '/task').flatMap((task) =>
    read('/proc/' + pid + '/task/' + task + '/children').split(' ').filter(Boolean).map(Number),
  )
const watchKin = () => {
  for (const [pid, startTicks] of kin) {
    const found = lookAt(pid)
    if (!found.isAlive || found.startTicks !== startTicks) kin.delete(pid)
  }
  const open = [process.pid, ...kin.keys()]
  for (const pid of open) {
    for (const child of childrenOf(pid)) {
      const found = lookAt(child)
      if (!found.isAlive || kin.has(child)) continue
      kin.set(child, found.startTicks)
      open.push(child)
    }
  }
  const text = [boot, ...[...kin].map((entry) => entry.join(' '))].join('\\n')
  if (text !== written) write(kinFile, (written = text))
}
const isInSession = (pid) => {
  const found = lookAt(pid)
  return Number(pid) !== process.pid && found.isAlive && found.session === process.pid
}
const leaveWhenAlone = () => {
  if (isLinux) {
    watchKin()
    if (kin.size > 0 || list('/proc').some((name) => /^[0-9]+$/.test(name) && isInSession(name))) {
      setTimeout(leaveWhenAlone, 100)
      return
    }
    rmSync(kinFile, { force: true })
  }
  process.exit(0)
}
const child = spawn(command, args, { stdio: 'inherit' })
child.on('spawn', () => {
  tell('started')
  if (!isLinux) return
  // Often at first, while a server starts its workers; then seldom, so that it costs a measurement nothing.
  let waitMs = 50
  const again = () => {
    watchKin()
    waitMs = Math.min(2_000, waitMs * 1.2)
    setTimeout(again, waitMs).unref()
  }
  again()
})
child.on('error', (error) => {
  tell(String(error.code ?? error.message))
  process.exit(0)
})
child.on('exit', (code, signal) => {
  write(endFile, JSON.stringify(signal === null ? { exitCode: code } : { signal }))
  leaveWhenAlone()
})
`

/** Where the keeper of a server writes how it ended. */
export function endFileOf(logFile: string): string {
  return `${logFile}.end`
}
