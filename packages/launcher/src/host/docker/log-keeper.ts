/**
 * A small program that stands beside a container, in a process of its own: it follows the container's output into a file for as long as it
 * runs, whoever has launched it and is gone meanwhile, and then writes to the end file how it ended, as `ServerEnd`.
 *
 * `node -e logKeeperSource END-FILE LOG-FILE MAX-BYTES CONTAINER`. Of a log that grows beyond its bound, a quarter of that is kept from the
 * beginning and at least a quarter from the end, in whole lines, and a line between says how much was cut. Values in REPRISE_REDACT, a JSON
 * list, are replaced by ***. A disk that takes no more does not stop the container: what is lost is counted too.
 *
 * Text and not a module, so that it runs from anywhere, a bundle included. No shell reads any of it.
 */
export const logKeeperSource = `
const { spawn, spawnSync } = process.getBuiltinModule('node:child_process')
const { constants, fstatSync, ftruncateSync, openSync, readSync, renameSync, statfsSync, writeFileSync, writeSync } = process.getBuiltinModule('node:fs')
const [endFile, logFile, bound, container] = process.argv.slice(1)
const maxBytes = Number(bound)
const { REPRISE_REDACT, ...env } = process.env
const secrets = JSON.parse(REPRISE_REDACT ?? '[]').map((each) => Buffer.from(each).toString('latin1')).filter((each) => each.length > 0)
const held = Math.max(0, ...secrets.map((each) => each.length - 1))
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {})

const file = openSync(logFile, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o644)
let size = fstatSync(file).size
let head
let told = size
let stored = size
const put = (bytes) => {
  for (let at = 0; at < bytes.length; ) {
    const written = writeSync(file, bytes, at, bytes.length - at, size)
    at += written
    size += written
  }
}
const compact = () => {
  const quarter = Math.floor(maxBytes / 4)
  const begin = Buffer.alloc(quarter)
  if (head === undefined) {
    readSync(file, begin, 0, quarter, 0)
    head = begin.lastIndexOf(10) + 1 || quarter
  }
  const end = Buffer.alloc(quarter)
  readSync(file, end, 0, quarter, size - quarter)
  const tail = end.subarray(end.indexOf(10) + 1)
  ftruncateSync(file, head)
  size = head
  stored = head + tail.length
  put(Buffer.from('[reprise: ' + (told - stored) + ' bytes of this log were cut here]\\n'))
  put(tail)
}
let latest = ''
const append = (text) => {
  latest = (latest + text).slice(-262_144)
  const bytes = Buffer.from(text, 'latin1')
  told += bytes.length
  try {
    put(bytes)
    if (size > maxBytes) compact()
  } catch {}
}
let pending = ''
const redacted = (text) => secrets.reduce((before, secret) => before.replaceAll(secret, '***'), text)
const take = (chunk) => {
  pending = redacted(pending + chunk.toString('latin1'))
  append(pending.slice(0, pending.length - held))
  pending = held === 0 ? '' : pending.slice(-held)
}
const flush = () => {
  append(pending)
  pending = ''
}

const stateOf = () => {
  const { status, stdout, stderr } = spawnSync('docker', ['container', 'inspect', '--format', '{{json .State}}', '--', container], {
    env, encoding: 'utf8', timeout: 30_000,
  })
  if (status === 0) return JSON.parse(stdout)
  return /no such container/i.test(stderr ?? '') ? { Gone: true } : undefined
}
const signals = { 129: 'SIGHUP', 130: 'SIGINT', 131: 'SIGQUIT', 132: 'SIGILL', 134: 'SIGABRT', 135: 'SIGBUS', 136: 'SIGFPE', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM' }
const fullDisk = () => {
  try {
    const { stdout } = spawnSync('docker', ['info', '--format', '{{.DockerRootDir}}'], { env, encoding: 'utf8', timeout: 30_000 })
    const { bavail, bsize } = statfsSync(stdout.trim())
    return bavail * bsize < 16 * 1024 * 1024 ? stdout.trim() : undefined
  } catch {}
}
const causeOf = (state) => {
  if (state.OOMKilled) return 'it wanted more memory than the container, or the host, has (memory-mib of the profile)'
  if (state.Error) return String(state.Error).slice(0, 500)
  const disk = state.ExitCode === 0 ? undefined : fullDisk()
  return disk === undefined ? undefined : 'the disk of the Docker host is full (' + disk + ')'
}
const endOf = (state) => {
  if (state.Gone || state.Status === 'created') return {}
  const cause = causeOf(state)
  return { ...howOf(state), ...(cause === undefined ? {} : { cause }) }
}
const howOf = (state) => {
  return signals[state.ExitCode] === undefined ? { exitCode: state.ExitCode } : { signal: signals[state.ExitCode] }
}
// Docker's client may lose the last words where the daemon turns its own log over meanwhile: they are asked for once more.
const lastWords = () => {
  const { status, stdout, stderr } = spawnSync('docker', ['logs', '--tail', '400', '--', container], { env, timeout: 30_000, maxBuffer: 1 << 28 })
  if (status !== 0) return
  for (const stream of [stdout, stderr]) {
    const text = redacted(stream.toString('latin1'))
    const last = text.trimEnd().split('\\n').at(-1)
    if (last !== '' && !latest.includes(last)) append('[reprise: some of this log was lost here]\\n' + text)
  }
}
const leave = (state) => {
  flush()
  lastWords()
  const part = endFile + '.' + crypto.randomUUID().slice(0, 8) + '.part'
  try {
    writeFileSync(part, JSON.stringify(endOf(state)), { flag: 'wx' })
    renameSync(part, endFile)
  } catch {}
  process.exit(0)
}
const follow = (since) => {
  const words = ['logs', '--follow', ...(since === undefined ? [] : ['--since', since]), '--', container]
  const client = spawn('docker', words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  client.stdout.on('data', take)
  client.stderr.on('data', take)
  client.on('error', () => {})
  client.on('close', () => {
    const brokeAt = new Date().toISOString()
    const look = () => {
      const state = stateOf()
      if (state === undefined) return setTimeout(look, 1_000)
      if (!state.Gone && (state.Running || state.Status === 'created')) return setTimeout(() => follow(brokeAt), 200)
      leave(state)
    }
    look()
  })
}
follow()
`
