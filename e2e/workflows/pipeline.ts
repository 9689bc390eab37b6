import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { type ActOptions, type ActRun, type StartedAct, startAct } from './act.ts'
import { cloneProject, commitAll, git } from './clone.ts'

/** A repository of its own with the project in it, and a machine of its own as far as folders make one. */
export interface Pipeline {
  /** Where everything lies: the clone, the artifacts, the home of the runner. */
  readonly folder: string
  readonly repository: string
  run(event: string, options: ActOptions): Promise<ActRun>
  /** Starts it without waiting. */
  start(event: string, options: ActOptions): StartedAct
  /** Writes files into the repository and commits them; returns the commit. */
  commit(files: Readonly<Record<string, string>>, branch?: string): string
  /** Names of the artifacts that were uploaded. */
  artifacts(): string[]
  /** A file of an artifact. */
  read(path: string): string
  /** Files of an artifact that hold the text. */
  filesWith(text: string, artifact: string): string[]
  /** `status.json` of every job that has uploaded one, by configuration. */
  statuses(): Status[]
  /** Rows of the table that was collected, in the order of the plan. */
  rows(): { readonly status: Status }[]
  /** Resolves when a file of this name that a job writes holds the text. */
  sees(text: string, name: string): Promise<void>
  /** What jobs left behind: processes, ports, and files outside of the artifacts. */
  leftovers(): Promise<string[]>
}

/** A part of `job-status/1`. */
export interface Status {
  readonly id: string
  readonly configKey: string
  readonly outcome: string
  readonly evaluation: string
  readonly failure?: { readonly class: string; readonly phase?: string; readonly message: string }
  readonly reproduce: string
}

/** Makes one that goes away with the test. */
export function pipeline(): Pipeline {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-'))
  onTestFinished(() => {
    for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  for (const name of ['home', 'tmp', 'artifacts', 'bin']) mkdirSync(join(folder, name))
  const repository = join(folder, 'repository')
  cloneProject(repository)
  const start = (event: string, options: ActOptions) => startAct(folder, event, options)
  const artifactsFolder = join(folder, 'artifacts')
  const artifacts = () => readdirSync(artifactsFolder).sort()
  const read = (path: string) => readFileSync(join(artifactsFolder, path), 'utf8')
  return {
    folder,
    repository,
    artifacts,
    read,
    start,
    run: (event, options) => start(event, options).ended,
    commit: (files, branch = 'main') => commitFiles(repository, files, branch),
    filesWith: (text, artifact) =>
      globSync('**/*', { cwd: join(folder, 'artifacts', artifact), withFileTypes: true })
        .filter(
          (entry) =>
            entry.isFile() && read(relative(artifactsFolder, join(entry.parentPath, entry.name))).includes(text),
        )
        .map(({ name }) => `${artifact}: ${name}`),
    statuses: () => statusesIn(artifacts(), join(folder, 'artifacts')),
    rows: () => (JSON.parse(read('results/collection.json')) as { rows: { status: Status }[] }).rows,
    sees: (text, name) => seen(join(folder, 'home/.cache/act'), text, name),
    leftovers: () => leftIn(folder),
  }
}

function commitFiles(repository: string, files: Readonly<Record<string, string>>, branch: string): string {
  git(repository, 'checkout', '--quiet', '-B', branch)
  for (const [path, text] of Object.entries(files)) {
    const file = join(repository, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    if (text.startsWith('#!')) chmodSync(file, 0o755)
  }
  return commitAll(repository, 'a change')
}

function statusesIn(artifacts: readonly string[], folder: string): Status[] {
  const files = artifacts.map((name) => join(folder, name, 'status.json')).filter(existsSync)
  const statuses = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Status)
  return statuses.sort((a, b) => (a.configKey < b.configKey ? -1 : 1))
}

async function seen(folder: string, text: string, name: string): Promise<void> {
  const holds = () => globSync(`**/${name}`, { cwd: folder }).some((file) => read(join(folder, file)).includes(text))
  for (let waitedMs = 0; !holds(); waitedMs += 100) {
    if (waitedMs > 45_000) throw new Error(`no ${name} with ${text} came`)
    await setTimeout(100)
  }
}

async function leftIn(folder: string): Promise<string[]> {
  const left = processesOf(folder).map((pid) => `process ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
  for (const name of readdirSync(join(folder, 'artifacts'))) {
    const file = join(folder, 'artifacts', name, 'launch/launch.json')
    if (!existsSync(file)) continue
    const { url } = JSON.parse(readFileSync(file, 'utf8')) as { readonly url: string }
    if (!(await isFree(Number(new URL(url).port)))) left.push(`port of ${url}`)
  }
  // The runner makes a folder for each job and takes it away again; what else lies there is a cache of its own.
  const workspaces = filesIn(join(folder, 'home/.cache/act')).filter((name) => /^[0-9a-f]{16}$/.test(name))
  return [...left, ...[...filesIn(join(folder, 'tmp')), ...workspaces].map((file) => `file ${file}`)]
}

/** Processes whose environment names the folder: everything that act and its jobs started. */
function processesOf(folder: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => read(`/proc/${pid}/environ`).includes(folder)).map(Number)
}

/** Empty when it is gone meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Whether nobody listens there any more. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)))
  })
}
