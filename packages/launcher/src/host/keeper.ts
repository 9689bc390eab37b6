/**
 * A small program that stands between the process host and a server, in a process of its own. It starts the words after its first one and
 * writes to the file which that names how they ended, as `ServerEnd`: a server outlives whoever started it, and only a parent learns how
 * a process ended. It lets signals pass by, as the server has its own. Where workers are left after their server has ended, it stays
 * too (on Linux): it leads their session, by which they are found even if they have wiped their environment.
 *
 * Says on descriptor 3 whether the command could be started. Text and not a module, so that it runs from anywhere, a bundle included:
 * `node -e keeperSource FILE COMMAND...`. No shell reads any of it.
 */
export const keeperSource = `
const { spawn } = process.getBuiltinModule('node:child_process')
const { closeSync, readdirSync, readFileSync, renameSync, writeFileSync, writeSync } = process.getBuiltinModule('node:fs')
const [file, command, ...args] = process.argv.slice(1)
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {})
const tell = (text) => {
  try {
    writeSync(3, text)
    closeSync(3)
  } catch {}
}
const isInSession = (pid) => {
  try {
    const stat = readFileSync('/proc/' + pid + '/stat', 'utf8')
    const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(pid) !== process.pid && Number(session) === process.pid && state !== 'Z'
  } catch {
    return false
  }
}
const leaveWhenAlone = () => {
  if (process.platform === 'linux' && readdirSync('/proc').some((name) => /^[0-9]+$/.test(name) && isInSession(name))) {
    setTimeout(leaveWhenAlone, 100)
  } else process.exit(0)
}
const child = spawn(command, args, { stdio: 'inherit' })
child.on('spawn', () => tell('started'))
child.on('error', (error) => {
  tell(String(error.code ?? error.message))
  process.exit(0)
})
child.on('exit', (code, signal) => {
  try {
    writeFileSync(file + '.part', JSON.stringify(signal === null ? { exitCode: code } : { signal }))
    renameSync(file + '.part', file)
  } catch {}
  leaveWhenAlone()
})
`

/** Where the keeper of a server writes how it ended. */
export function endFileOf(logFile: string): string {
  return `${logFile}.end`
}
